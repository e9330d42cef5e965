import type { Parts } from "../tasks/parts.ts";
import type { V1Operations } from "./serve-v1.ts";

/** Not built yet. */
export const directoryOperations = (_parts: Parts): Pick<V1Operations, never> => ({});

import type { Parts } from "../tasks/parts.ts";
import type { V1Operations } from "./v1-asked.ts";

/** Not built yet. */
export const directoryOperations = (_parts: Parts): Pick<V1Operations, never> => ({});

import type { Parts } from "../tasks/parts.ts";
import type { AdminOperations } from "./serve-admin.ts";

/** Not built yet. */
export const federationOperations = (_parts: Parts): Pick<AdminOperations, never> => ({});

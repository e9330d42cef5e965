import type { Parts } from "../tasks/parts.ts";
import type { RocketchatOperations } from "./serve-rocketchat.ts";

/** Not built yet. */
export const accountOperations = (_parts: Parts): Pick<RocketchatOperations, never> => ({});

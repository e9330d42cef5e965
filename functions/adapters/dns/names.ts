import type { Names } from "../../ports/names.ts";

/** Names as the public DNS has them. */
export const publicNames = (): Names => {
  throw new Error("not built");
};

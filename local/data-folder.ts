import { mkdir, realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve } from "node:path";
import { errorOf } from "../functions/core/thrown.ts";
import { Mishap } from "./mishap.ts";

/** Makes the data folder, for its owner only. @throws Mishap. */
export const openFolder = async (path: string): Promise<string> => {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    // One folder has one name, however it was reached: lock and engine go by it.
    return await realpath(path);
  } catch (error) {
    throw new Mishap(`The data folder ${resolve(path)} can't be used: ${errorOf(error).message}`, { cause: error });
  }
};

/** As short as it can be said from here. */
export const near = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") || isAbsolute(short) ? path : short;
};

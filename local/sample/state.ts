import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { keptJson } from "../../functions/core/kept-json.ts";
import { isAbsent } from "../../functions/core/thrown.ts";
import { writeWhole } from "../whole-file.ts";

/** How far the sample was sent. */
export interface SampleState {
  /** Whether the weeks before the workspace's first hour are in. */
  readonly isImported: boolean;
  /** The import that fills them; null before it is opened. */
  readonly importId: string | null;
  /** Up to when later events were sent, milliseconds since 1970 UTC; null before the first. */
  readonly sentThrough: number | null;
}

/** A sample of which nothing was sent. */
export const NOTHING_SENT: SampleState = { isImported: false, importId: null, sentThrough: null };

const pathIn = (folder: string): string => join(folder, "sample.json");

/** The state in a data folder; undefined when it was started without the sample. */
export const readSampleState = async (folder: string): Promise<SampleState | undefined> => {
  try {
    return keptJson<SampleState>(await readFile(pathIn(folder), "utf8"));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
};

/** Writes it down. What was sent after it is sent again, which changes nothing. */
export const writeSampleState = (folder: string, state: SampleState): Promise<void> =>
  writeWhole(pathIn(folder), `${JSON.stringify(state)}\n`);

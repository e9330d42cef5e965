import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { Mishap } from "../../local/mishap.ts";

/** A document as `mongoexport` writes it. */
export type MongoDocument = Readonly<Record<string, unknown>>;

/**
 * Reads documents that lie one to a line (newline-delimited JSON), plain or .gz, in flat memory.
 * @throws Mishap that names file and line.
 */
export async function* documentsOf(path: string, onBytes?: (bytes: number) => void): AsyncGenerator<MongoDocument> {
  const file = createReadStream(path);
  if (onBytes !== undefined) file.on("data", (chunk) => onBytes(chunk.length));
  const text = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  const lines = createInterface({ input: text, crlfDelay: Infinity });
  let failure: Error | undefined;
  // An error of the file does not travel down the pipe, and readline passes on none at all.
  for (const stream of new Set([file, text]))
    stream.on("error", (error: Error) => {
      failure ??= error;
      lines.close();
    });
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === "") continue;
    yield documentIn(path, number, line);
  }
  if (failure !== undefined) throw new Mishap(`${path} can't be read: ${failure.message}`, { cause: failure });
}

const documentIn = (path: string, line: number, text: string): MongoDocument => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Mishap(`${path} line ${line} is no JSON: export with mongoexport, without --jsonArray and --pretty.`, {
      cause: error,
    });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as MongoDocument;
  throw new Mishap(`${path} line ${line} is no document: export one document to a line.`);
};

/**
 * An instant in MongoDB's extended JSON (v2): `{"$date": "2018-02-24T12:44:45.045Z"}`, the canonical
 * `{"$date": {"$numberLong": "1519476285045"}}`, or the older `{"$date": 1519476285045}`.
 * @returns milliseconds since 1970 UTC; undefined when it is none.
 */
export const instantIn = (value: unknown): number | undefined => {
  const date = (value as { $date?: unknown } | null | undefined)?.$date ?? value;
  const long = (date as { $numberLong?: unknown } | null | undefined)?.$numberLong ?? date;
  const instant = typeof long === "string" && !/^-?\d+$/.test(long) ? Date.parse(long) : Number(long ?? Number.NaN);
  return Number.isFinite(instant) ? instant : undefined;
};

/** A whole number, plain or as extended JSON has it. */
export const numberIn = (value: unknown): number | undefined => {
  const boxed = value as { $numberLong?: unknown; $numberInt?: unknown; $numberDouble?: unknown } | null | undefined;
  const number = Number(boxed?.$numberLong ?? boxed?.$numberInt ?? boxed?.$numberDouble ?? value ?? Number.NaN);
  return Number.isSafeInteger(number) ? number : undefined;
};

/** A text that is there and is not empty. */
export const textIn = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

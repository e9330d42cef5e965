import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { isFields } from "../../functions/core/fields.ts";
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
  if (isFields(value)) return value;
  throw new Mishap(`${path} line ${line} is no document: export one document to a line.`);
};

/** A member of what may be an object. */
export const memberOf = (value: unknown, name: string): unknown => (isFields(value) ? value[name] : undefined);

/**
 * An instant in MongoDB's extended JSON (v2): `{"$date": "2018-02-24T12:44:45.045Z"}`, the canonical
 * `{"$date": {"$numberLong": "1519476285045"}}`, or the older `{"$date": 1519476285045}`.
 * @returns milliseconds since 1970 UTC; undefined when it is none.
 */
export const instantIn = (value: unknown): number | undefined => {
  const date = memberOf(value, "$date") ?? value;
  const long = memberOf(date, "$numberLong") ?? date;
  const instant = typeof long === "string" && !/^-?\d+$/.test(long) ? Date.parse(long) : Number(long ?? Number.NaN);
  return Number.isFinite(instant) ? instant : undefined;
};

/** A whole number, plain or as extended JSON has it. */
export const numberIn = (value: unknown): number | undefined => {
  const boxed = ["$numberLong", "$numberInt", "$numberDouble"].map((kind) => memberOf(value, kind) ?? undefined);
  const number = Number(boxed.find((one) => one !== undefined) ?? value ?? Number.NaN);
  return Number.isSafeInteger(number) ? number : undefined;
};

/** A text that is there and is not empty. */
export const textIn = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

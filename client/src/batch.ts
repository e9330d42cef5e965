import type { Entry } from "./queue.ts";

/** What one request delivers: the same id and the same bytes at every try. */
export interface Batch {
  readonly id: string;
  readonly entries: readonly Entry[];
  /** Of the first event; the others go on from there. Undefined where events are not numbered. */
  readonly firstNumber: number | undefined;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly isGzipped: boolean;
}

/** Smaller bodies fit a packet or two as they are. */
const WORTH_GZIP_BYTES = 1_024;

const gzipped = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> => {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

const numbered = (json: string, number: number): string => `{"sequence":"${number}",${json.slice(1)}`;

/** Writes a batch down, numbers and all. */
export const batchOf = async (
  entries: readonly Entry[],
  id: string,
  { gzip, firstNumber }: { readonly gzip: boolean; readonly firstNumber: number | undefined },
): Promise<Batch> => {
  const lines = entries.map(({ json }, at) => (firstNumber === undefined ? json : numbered(json, firstNumber + at)));
  const plain = new TextEncoder().encode(`[${lines.join(",")}]`);
  const isGzipped = gzip && plain.length >= WORTH_GZIP_BYTES;
  return { id, entries, firstNumber, body: isGzipped ? await gzipped(plain) : plain, isGzipped };
};

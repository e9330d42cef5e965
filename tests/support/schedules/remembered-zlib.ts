import type * as Zlib from "node:zlib";

type Work = (bytes: Uint8Array, options?: object) => Buffer;

/** A function of bytes that remembers: thousands of schedules compress the same few heads. */
const remembered = (work: Work): Work => {
  const known = new Map<string, Buffer>();
  return (bytes, options) => {
    const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    const found = known.get(key) ?? work(bytes, options);
    known.set(key, found);
    return found;
  };
};

/** `node:zlib` for `vi.mock`, with what adapters and deltas are compressed by. */
export const rememberedZlib = async (load: () => Promise<typeof Zlib>): Promise<object> => {
  const real = await load();
  return {
    ...real,
    brotliCompressSync: remembered(real.brotliCompressSync),
    brotliDecompressSync: remembered(real.brotliDecompressSync),
    deflateRawSync: remembered(real.deflateRawSync),
    inflateRawSync: remembered(real.inflateRawSync),
  };
};

import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";

/** A text that nobody may find, and what it is called. */
export interface Secret {
  readonly name: string;
  readonly text: string;
}

/** Base64 of a text that stands anywhere in a longer one: without the characters that its neighbours have a part in. */
const within = (text: string, before: number): string => {
  const bytes = Buffer.from(text);
  const encoded = Buffer.concat([Buffer.alloc(before), bytes, Buffer.alloc(3)]).toString("base64");
  const first = Math.ceil((before * 8) / 6);
  return encoded.slice(first, Math.floor(((before + bytes.length) * 8) / 6));
};

/** A text in every form in which it could be kept without being hidden. */
export const formsOf = (text: string): readonly string[] => {
  const base64 = [0, 1, 2].map((before) => within(text, before));
  return [
    ...new Set([
      text,
      JSON.stringify(text).slice(1, -1),
      encodeURIComponent(text),
      [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
      Buffer.from(text).toString("hex"),
      Buffer.from(text).toString("hex").toUpperCase(),
      Buffer.from(text, "utf16le").toString("latin1"),
      Buffer.from(Buffer.from(text).toReversed()).toString(),
      ...base64,
      ...base64.map((one) => one.replaceAll("+", "-").replaceAll("/", "_")),
    ]),
  ];
};

const UNPACKERS = [brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync] as const;
const MOST_BYTES = 64 * 1_048_576;

/** Bytes as text, and as what they are packed from, where they are packed. */
export const readings = (bytes: Uint8Array): readonly string[] => [
  Buffer.from(bytes).toString("latin1"),
  ...UNPACKERS.flatMap((unpack) => {
    try {
      return [unpack(bytes, { maxOutputLength: MOST_BYTES }).toString("latin1")];
    } catch {
      return [];
    }
  }),
];

/** Everything that was found somewhere, by the name of the place. */
export class Traces {
  readonly #places: { readonly place: string; readonly text: string }[] = [];

  add(place: string, text: string | Uint8Array): void {
    // As latin1, like bytes are read: what is longer than ASCII has the same form on both sides.
    const texts = typeof text === "string" ? [Buffer.from(text).toString("latin1")] : readings(text);
    for (const one of texts) this.#places.push({ place, text: one });
  }

  /** Places, as far as they were read. */
  get count(): number {
    return this.#places.length;
  }

  /** `secret in place`, for each secret in any of its forms. */
  of(secrets: readonly Secret[]): readonly string[] {
    const found = new Set<string>();
    for (const { name, text } of secrets) {
      const forms = formsOf(text).map((form) => Buffer.from(form).toString("latin1"));
      for (const { place, text: kept } of this.#places)
        if (forms.some((form) => kept.includes(form))) found.add(`${name} in ${place}`);
    }
    return [...found];
  }
}

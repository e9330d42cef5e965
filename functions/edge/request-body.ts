import { hash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Failure } from "../core/failure.ts";
import type { Route } from "./route.ts";

/** Limits of a route that names none. */
const WIRE_BYTES = 65_536;

const unzip = promisify(gunzip);

/** What arrived: a body as API Gateway's payload format 2.0 carries it, with the two headers that explain it. */
export interface Delivered {
  readonly body: string | undefined;
  readonly isBase64Encoded: boolean;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

/** Decoded bytes and their media type, without parameters and in lower case. */
export interface RequestBody {
  readonly bytes: Uint8Array;
  readonly mediaType: string | undefined;
}

const EMPTY: RequestBody = { bytes: new Uint8Array(), mediaType: undefined };

const tooLarge = (limit: number, what: string): Failure =>
  new Failure("body.too-large", `The body is over ${limit} bytes ${what}: send less at a time.`, { limitBytes: limit });

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

const mediaTypeOf = (contentType: string, accepts: readonly string[]): string => {
  const mediaType = (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
  const charset = CHARSET.exec(contentType)?.[1] ?? "utf-8";
  if (!accepts.includes(mediaType) || !/^utf-?8$/i.test(charset))
    throw new Failure("body.unsupported-type", `Send the body as ${accepts.join(" or ")}, in UTF-8.`, { accepts });
  return mediaType;
};

const inflate = async (bytes: Uint8Array, limit: number): Promise<Uint8Array> => {
  try {
    return await unzip(bytes, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limit, "once unpacked");
    throw new Failure("body.malformed", "The body is not the gzip that content-encoding says.", {}, error);
  }
};

const IDENTITY = ["", "identity"];
const GZIP = ["gzip", "x-gzip"];

/**
 * Decodes a body within its route's limits. An empty body passes without a content type: whether one is needed is
 * for the operation to say.
 * @throws Failure `body.too-large`, `body.unsupported-type`, `body.unsupported-encoding`, `body.malformed`.
 */
export const decodeBody = async (delivered: Delivered, route: Route): Promise<RequestBody> => {
  if (route.accepts === undefined) return EMPTY;
  const wire = Buffer.from(delivered.body ?? "", delivered.isBase64Encoded ? "base64" : "utf8");
  const wireLimit = route.maxWireBytes ?? WIRE_BYTES;
  if (wire.length > wireLimit) throw tooLarge(wireLimit, "on the wire");
  if (wire.length === 0 && delivered.contentType === undefined) return EMPTY;
  const mediaType = mediaTypeOf(delivered.contentType ?? "", route.accepts);
  const encoding = (delivered.contentEncoding ?? "").trim().toLowerCase();
  const limit = route.maxDecodedBytes ?? wireLimit;
  if (GZIP.includes(encoding)) return { bytes: await inflate(wire, limit), mediaType };
  if (!IDENTITY.includes(encoding))
    throw new Failure("body.unsupported-encoding", "Send the body as it is, or with content-encoding: gzip.", {
      accepts: ["gzip"],
    });
  if (wire.length > limit) throw tooLarge(limit, "decoded");
  return { bytes: wire, mediaType };
};

/** sha256 of the decoded bytes, hexadecimal: however a body was compressed, it stays the same. */
export const hashOfBody = ({ bytes }: RequestBody): string => hash("sha256", bytes);

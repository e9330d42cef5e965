import { type IncomingHttpHeaders, request as requestPlainly } from "node:http";
import { request, type RequestOptions } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { NotPublic } from "./public-address.ts";

/** How far one question may go. */
export interface Bounds {
  readonly lookup: LookupFunction;
  readonly mayConnect: (address: string) => boolean;
  /** Ends everything: names, connections, redirects and bodies. */
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  readonly maxRedirects: number;
  /** Sent beside the usual ones, to the same origin only. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What is posted; without it, nothing is. */
  readonly post?: string | undefined;
  /** Authorities to trust in the place of the usual ones. */
  readonly ca?: string | undefined;
}

/** What came back. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An answer that is there, and that nobody should have to take; the message says why. */
export class Unacceptable extends Error {
  override readonly name = "Unacceptable";
  readonly kind: "too-large" | "redirected";

  constructor(kind: Unacceptable["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

const ask = (url: URL, { lookup, signal, maxBytes, ca, headers: sent, post }: Bounds): Promise<Got> =>
  new Promise((resolve, reject) => {
    const options: RequestOptions = {
      // No pool: the next question must look its address up again.
      agent: false,
      lookup,
      signal,
      headers: { accept: "application/json", "user-agent": "tidemark", ...sent },
      ...(ca === undefined ? {} : { ca }),
      ...(post === undefined ? {} : { method: "POST" }),
    };
    const asked = (url.protocol === "http:" ? requestPlainly : request)(url, options, (response) => {
      const { statusCode: status = 0, headers } = response;
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) asked.destroy(new Unacceptable("too-large", `the answer is over ${maxBytes} bytes`));
        else chunks.push(chunk);
      });
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status, headers, body: Buffer.concat(chunks).toString() });
      });
    });
    asked.on("error", reject);
    // Left to itself, Node would close a connection that switches protocols without a word, and nobody would be told.
    asked.on("upgrade", ({ statusCode: status = 0, headers }, socket) => {
      socket.destroy();
      resolve({ status, headers, body: "" });
    });
    asked.end(post);
  });

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

const next = (from: URL, location: string): URL => {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to?.origin !== from.origin)
    throw new Unacceptable("redirected", "it redirects to another host, which is not followed");
  return to;
};

/**
 * Asks for a URL within bounds; redirects are followed on the same origin only.
 * @throws Unacceptable, {@link NotPublic}, or what the network says.
 */
export const boundedGet = async (url: URL, bounds: Bounds): Promise<Got> => {
  // An address is connected to as it is, without a look-up.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !bounds.mayConnect(host)) throw new NotPublic(host);
  let at = url;
  for (let redirects = 0; redirects <= bounds.maxRedirects; redirects++) {
    const got = await ask(at, bounds);
    const { location } = got.headers;
    if (!REDIRECTS.has(got.status) || location === undefined) return got;
    at = next(at, location);
  }
  throw new Unacceptable("redirected", `it redirects more than ${bounds.maxRedirects} times`);
};

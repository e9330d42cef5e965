import { lookup } from "node:dns/promises";
import type { IncomingHttpHeaders } from "node:http";
import { kindOf } from "../../core/thrown.ts";
import type { Ask, NoAnswer, Question, Reply } from "../../ports/outbound.ts";
import { boundedGet, Unacceptable } from "./bounded-get.ts";
import {
  type AddressesOf,
  guardedLookup,
  isNeighbouringAddress,
  isPublicAddress,
  NotPublic,
} from "./public-address.ts";

/** How to ask; all of it has a default that suits everybody but a test. */
export interface OutboundOptions {
  /** As this machine resolves names: a neighbour may stand in its hosts file. */
  readonly addressesOf?: AddressesOf;
  /** For a question in all, redirects and body included; milliseconds. */
  readonly deadlineMs?: number;
  /** Certificates to trust in the place of the usual ones. */
  readonly ca?: string;
}

const DEADLINE_MS = 20_000;
const MOST_REDIRECTS = 3;

const systemAddresses: AddressesOf = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

const headersOf = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );

const TOO_LATE: ReadonlySet<string> = new Set(["ETIMEDOUT", "ABORT_ERR", "TimeoutError", "AbortError"]);
const CUT_OFF: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "HPE_INVALID_CONTENT_LENGTH"]);

const WHY: Readonly<Record<Exclude<NoAnswer, "too-large" | "redirected">, string>> = {
  "not-public": "its address is private, loopback or a machine's own, and was not allowed by name",
  "not-secret": "plain http is for neighbours that were allowed by name",
  "cut-off": "the connection ended before the answer did",
  timeout: "there was no whole answer in time",
  certificate: "its certificate is not good",
  unreachable: "it could not be connected to",
};

const noAnswer = (error: unknown): Reply => {
  if (error instanceof Unacceptable) return { none: error.kind, why: error.message };
  if (error instanceof NotPublic) return { none: "not-public", why: WHY["not-public"] };
  const told = kindOf(error);
  const none = TOO_LATE.has(told)
    ? "timeout"
    : /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(told)
      ? "certificate"
      : CUT_OFF.has(told) || told.startsWith("HPE_")
        ? "cut-off"
        : "unreachable";
  return { none, why: `${WHY[none]} (${told})` };
};

const mayConnectFor =
  ({ url, isNeighbour }: Question): ((address: string) => boolean) =>
  (address) =>
    // What is sent without encryption must not leave the neighbourhood.
    (url.protocol === "https:" && isPublicAddress(address)) || (isNeighbour && isNeighbouringAddress(address));

/**
 * Asks servers that somebody else runs: by https, at public addresses, unless the operator named the host as a
 * neighbour. The address is checked where the connection takes it, so that a name can't lead elsewhere in between.
 */
export const boundedOutbound =
  ({ addressesOf = systemAddresses, deadlineMs = DEADLINE_MS, ca }: OutboundOptions = {}): Ask =>
  async (question) => {
    const { url, headers, maxBytes, isNeighbour, post } = question;
    if (url.protocol !== "https:" && !(url.protocol === "http:" && isNeighbour))
      return { none: "not-secret", why: WHY["not-secret"] };
    const mayConnect = mayConnectFor(question);
    try {
      const got = await boundedGet(url, {
        lookup: guardedLookup(addressesOf, mayConnect),
        mayConnect,
        signal: AbortSignal.timeout(deadlineMs),
        maxBytes,
        maxRedirects: post === undefined ? MOST_REDIRECTS : 0,
        headers,
        post,
        ca,
      });
      return { status: got.status, headers: headersOf(got.headers), body: got.body };
    } catch (error) {
      return noAnswer(error);
    }
  };

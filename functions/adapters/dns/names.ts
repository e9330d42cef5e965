import { Resolver } from "node:dns/promises";
import type { Looked } from "../../core/looked-up.ts";
import { kindOf } from "../../core/thrown.ts";
import type { Names } from "../../ports/names.ts";
import { boundedGet, Unacceptable } from "./bounded-get.ts";
import { guardedLookup, isPublicAddress, NotPublic } from "./public-address.ts";

/** Where and how long to ask; all of it has a default that suits everybody but a test. */
export interface NamesOptions {
  /** Name servers, `address` or `address:port`; without them, the system's. */
  readonly servers?: readonly string[];
  /** For one answer of one name server, milliseconds; then it is asked again, or another one is. */
  readonly timeoutMs?: number;
  readonly tries?: number;
  /** For a question in all, milliseconds. */
  readonly deadlineMs?: number;
  /** Which addresses may be connected to. */
  readonly mayConnect?: (address: string) => boolean;
  readonly httpsPort?: number;
  /** Certificates to trust in the place of the usual ones. */
  readonly ca?: string;
}

const TIMEOUT_MS = 1_500;
const TRIES = 2;
const DEADLINE_MS = 5_000;
const HTTPS_PORT = 443;
/** More of a name than anybody publishes for this. */
const MOST_RECORDS = 20;
const MOST_TEXT = 4_096;
const MOST_BYTES = 65_536;
const MOST_REDIRECTS = 3;

const ABSENT: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA"]);
const TOO_LATE: ReadonlySet<string> = new Set(["ETIMEOUT", "ECANCELLED", "ABORT_ERR", "TimeoutError"]);
const WORDS: Readonly<Record<string, string>> = {
  ESERVFAIL: "its name servers failed",
  EREFUSED: "its name servers refused to answer",
  EBADRESP: "its name servers gave an answer that can't be read",
  EFORMERR: "its name servers did not understand the question",
  ECONNREFUSED: "the connection was refused",
};

const outcomeOf = (error: unknown): Exclude<Looked<never>, { found: never }> => {
  const code = kindOf(error);
  if (ABSENT.has(code)) return { missing: true };
  if (TOO_LATE.has(code)) return { failed: "there was no answer in time" };
  if (error instanceof Unacceptable || error instanceof NotPublic) return { unreadable: error.message };
  // Whoever else asks for it meets the same certificate.
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) return { unreadable: `its certificate is not good (${code})` };
  return { failed: WORDS[code] ?? `it could not be asked for (${code})` };
};

const addressesFrom = async (resolver: Resolver, host: string): Promise<readonly string[]> => {
  const asked = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses = asked.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
  if (addresses.length > 0) return addresses;
  const reasons = asked.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  // That one family could not be asked for weighs more than that there is nothing in the other.
  throw reasons.find((reason) => !ABSENT.has(kindOf(reason))) ?? reasons[0];
};

const parsed = (body: string): Looked<unknown> => {
  try {
    return { found: JSON.parse(body) };
  } catch {
    return { unreadable: "it is no JSON" };
  }
};

const GONE: ReadonlySet<number> = new Set([404, 410]);

const judged = ({ status, body }: { readonly status: number; readonly body: string }): Looked<unknown> => {
  if (GONE.has(status)) return { missing: true };
  return status === 200 ? parsed(body) : { failed: `it was answered with status ${status}` };
};

/** Names as the public DNS has them, and files as public hosts serve them. */
export const publicNames = ({
  servers,
  timeoutMs = TIMEOUT_MS,
  tries = TRIES,
  deadlineMs = DEADLINE_MS,
  mayConnect = isPublicAddress,
  httpsPort = HTTPS_PORT,
  ca,
}: NamesOptions = {}): Names => {
  /** Every question has a resolver of its own, so that its end ends nobody else's. */
  const within = async <T>(question: (resolver: Resolver) => Promise<Looked<T>>): Promise<Looked<T>> => {
    const resolver = new Resolver({ timeout: timeoutMs, tries });
    if (servers !== undefined) resolver.setServers(servers);
    const deadline = setTimeout(() => resolver.cancel(), deadlineMs);
    try {
      return await question(resolver);
    } catch (error) {
      return outcomeOf(error);
    } finally {
      clearTimeout(deadline);
      resolver.cancel();
    }
  };

  return {
    services: (name) =>
      within(async (resolver) => {
        const records = await resolver.resolveSrv(name);
        if (records.length > MOST_RECORDS) return { unreadable: `there are more than ${MOST_RECORDS} records` };
        return {
          found: records.map(({ name: target, port, priority, weight }) => ({ target, port, priority, weight })),
        };
      }),

    texts: (name) =>
      within(async (resolver) => {
        const texts = (await resolver.resolveTxt(name)).map((strings) => strings.join(""));
        if (texts.length > MOST_RECORDS) return { unreadable: `there are more than ${MOST_RECORDS} records` };
        return texts.some((text) => text.length > MOST_TEXT)
          ? { unreadable: `a record is longer than ${MOST_TEXT} characters` }
          : { found: texts };
      }),

    wellKnown: (domain, name) =>
      within(async (resolver) => {
        const url = new URL(`https://${domain}:${httpsPort}/.well-known/${name}`);
        const lookup = guardedLookup((host) => addressesFrom(resolver, host), mayConnect);
        const signal = AbortSignal.timeout(deadlineMs);
        const bounds = { lookup, mayConnect, signal, ca, maxBytes: MOST_BYTES, maxRedirects: MOST_REDIRECTS };
        return judged(await boundedGet(url, bounds));
      }),
  };
};

import { MINUTE_MS } from "./hour.ts";

/** Sources that are asked at the hour. */
export type PolledSource = "rocketchat" | "imkit";

/** The server that a workspace's numbers are asked of. */
export interface Upstream {
  /** Where it is: an origin, and perhaps a path before those of its API; no slash at the end. */
  readonly url: string;
  /** Whether a Rocket.Chat server is to count anew; without it, its own latest record is taken. */
  readonly refresh: boolean;
  /** Whether its host may be at a private address, and be asked by plain http there; an operator's to say. */
  readonly allowPrivate: boolean;
}

/** What a server is asked with; kept apart from everything else. */
export type UpstreamCredential =
  | { readonly kind: "rocketchat"; readonly userId: string; readonly authToken: string }
  | { readonly kind: "imkit"; readonly apiKey: string };

const MOST_CHARACTERS = 2_000;

/** An address as it is kept; undefined for what can't be one: another scheme, a user, a query, a fragment. */
export const upstreamUrl = (text: string): string | undefined => {
  if (text.length > MOST_CHARACTERS || !URL.canParse(text)) return undefined;
  const { protocol, username, password, search, hash, origin, pathname } = new URL(text);
  if (protocol !== "https:" && protocol !== "http:") return undefined;
  if (username !== "" || password !== "" || search !== "" || hash !== "" || /[?#]/.test(text)) return undefined;
  return `${origin}${pathname.replace(/\/+$/, "")}`;
};

/** Where a credential may be sent: nowhere else, whoever changes the address. */
export const originOf = ({ url }: Upstream): string => new URL(url).origin;

/** Why a server told nothing of an hour, as the ledger names it. */
export const POLL_REASONS = [
  "upstream-unauthorized",
  "upstream-forbidden",
  "upstream-throttled",
  "upstream-failed",
  "upstream-unreadable",
  "upstream-wrong-window",
  "upstream-stale",
  "upstream-timeout",
  "upstream-unreachable",
  "upstream-cut-off",
  "upstream-too-large",
  "upstream-redirected",
  "upstream-not-public",
  "upstream-not-secret",
  "upstream-certificate",
  "credential-missing",
  "credential-unreadable",
] as const;
/** Why a polled hour is not told, or not in full. */
export type PollReason = (typeof POLL_REASONS)[number];

/** Somebody has to change a setting first, so asking again within the hour is of no use. */
const FINAL: ReadonlySet<PollReason> = new Set([
  "upstream-unauthorized",
  "upstream-forbidden",
  "upstream-redirected",
  "upstream-not-public",
  "upstream-not-secret",
  "upstream-certificate",
  "credential-missing",
]);

/** Whether asking again within the hour is of no use. */
export const isFinal = (reason: PollReason): boolean => FINAL.has(reason);

/** Whether it stays so until somebody changes a setting; the rest passes by itself. */
export const isForSomebody = (reason: PollReason): boolean => isFinal(reason) || reason === "credential-unreadable";

/** What came of asking a server, the last time. Instants in milliseconds since 1970 UTC. */
export interface PollNote {
  /** The hour it was asked for, as hours since 1970 UTC. */
  readonly hour: number;
  /** How often it was asked for that hour. */
  readonly tries: number;
  readonly at: number;
  /** Null when it told what it was asked for. */
  readonly reason: PollReason | null;
  /** One sentence about the reason, without a secret. */
  readonly why: string | null;
  /** From when on it is asked again; null when it is not, for this hour. */
  readonly nextAt: number | null;
}

/** How long after an hour's end it is asked for: later, what it tells would be more of the next hour than of this one. */
export const ASKED_FOR_MS = 25 * MINUTE_MS;
const FIRST_WAIT_MS = MINUTE_MS / 2;
const LONGEST_WAIT_MS = 8 * MINUTE_MS;

/**
 * When to ask again: after a wait that doubles with each try and of which chance takes up to half, so that servers that
 * fell together are not asked together; never before the server wants it. Null when there is no more time for it.
 * @param chance from 0 up to 1.
 */
export const nextTry = (
  { endOfHour, now, tries }: { readonly endOfHour: number; readonly now: number; readonly tries: number },
  chance: number,
  retryAfterMs = 0,
): number | null => {
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
  const at = now + Math.max(Math.round(wait * (1 - chance / 2)), retryAfterMs);
  return at < endOfHour + ASKED_FOR_MS ? at : null;
};

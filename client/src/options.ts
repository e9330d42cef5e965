import type { Lost, Refused, Retry, Sent } from "./told.ts";

/** A clock, chance and network that a test can play. */
export interface Surroundings {
  readonly fetch: (url: string, request: RequestInit) => Promise<Response>;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly uuid: () => string;
  /** Calls back after so many milliseconds; the result cancels it. */
  readonly after: (ms: number, call: () => void) => () => void;
}

/** How a reporter is set. Only the first three are needed. */
export interface ReporterOptions {
  /** Where Tidemark answers, such as `https://tidemark.example.org`. */
  readonly url: string;
  /** A key or token with the scope `events:write`, or what gives one before each request. */
  readonly credential: string | (() => string | Promise<string>);
  /** Names this process among all that send into the workspace; the same after a restart, and no other's. */
  readonly source: string;

  /** Most events of a batch; 500. The server takes 10,000. */
  readonly batchEvents?: number;
  /** Most bytes of a batch, before it is compressed; 1,000,000. The server takes 5 MB. */
  readonly batchBytes?: number;
  /** How long an event waits for others at most, in milliseconds; 5,000. */
  readonly delayMs?: number;
  /** Most events that wait or are under way; 20,000. */
  readonly queueEvents?: number;
  /** Most bytes of them; 16,000,000. */
  readonly queueBytes?: number;
  /** Who makes room in a full queue: the newest event (`"newest"`, by default) or the oldest that is not under way. */
  readonly whenFull?: "newest" | "oldest";

  /** Most tries of a batch; without end by default, because the server takes events of up to 35 days ago. */
  readonly tries?: number;
  /** The back-off is a random part of this after the first failure, of twice this after the second, …; 500. */
  readonly backoffMs?: number;
  /** The back-off grows no longer than this; 60,000. */
  readonly backoffLimitMs?: number;
  /** How long the server may take for an answer, in milliseconds; 30,000. */
  readonly timeoutMs?: number;

  /** Numbers the events (`sequence`), so that the server notices one that is missing; false. */
  readonly sequence?: boolean;
  /** Compresses batches; true where the platform can (`CompressionStream`). */
  readonly gzip?: boolean;

  /** Told of every batch that was counted. */
  readonly onSent?: (sent: Sent) => void;
  /** Told of events that the server would not count. */
  readonly onRefused?: (refused: Refused) => void;
  /** Told of events that will not be sent (any more). Without it they are written to the console. */
  readonly onLost?: (lost: Lost) => void;
  /** Told of every try that failed and will be made again. */
  readonly onRetry?: (retry: Retry) => void;

  /** For tests: a clock, chance and network of their own. */
  readonly surroundings?: Partial<Surroundings>;
}

/** Options with everything filled in. */
export type Settings = Required<Omit<ReporterOptions, "surroundings" | "url">> &
  Surroundings & {
    /** Without a slash at the end. */
    readonly url: string;
  };

const nothing = (): void => undefined;

const warnOfLost = ({ events, reason, detail }: Lost): void => {
  console.warn(`tidemark: ${events.length} events were not sent (${reason}): ${detail}`);
};

const DEFAULTS = {
  batchEvents: 500,
  batchBytes: 1_000_000,
  delayMs: 5_000,
  queueEvents: 20_000,
  queueBytes: 16_000_000,
  whenFull: "newest",
  tries: Infinity,
  backoffMs: 500,
  backoffLimitMs: 60_000,
  timeoutMs: 30_000,
  sequence: false,
  onSent: nothing,
  onRefused: nothing,
  onLost: warnOfLost,
  onRetry: nothing,
} as const;

/** A timer that is set for longer goes off at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What the server takes at most, and timers. */
const BOUNDS = {
  batchEvents: [1, 10_000],
  batchBytes: [1, 4_000_000],
  delayMs: [0, LONGEST_TIMER_MS],
  queueEvents: [1, Infinity],
  queueBytes: [1, Infinity],
  tries: [1, Infinity],
  backoffMs: [0, LONGEST_TIMER_MS],
  backoffLimitMs: [0, LONGEST_TIMER_MS],
  timeoutMs: [1, LONGEST_TIMER_MS],
} as const satisfies Partial<Record<keyof ReporterOptions, readonly [number, number]>>;

const platform = (): Surroundings => ({
  fetch: (url, request) => fetch(url, request),
  now: () => Date.now(),
  random: () => Math.random(),
  uuid: () => crypto.randomUUID(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
});

/** Visible letters of ASCII; what a file ends with around them, fetch takes off. */
const IN_A_HEADER = /^\s*[\x21-\x7e]+\s*$/;

/** Options that are there; one that is given as undefined is not. */
const given = <T extends object>(options: T): Partial<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;

/**
 * Fills in what is left out.
 * @throws TypeError for an address that is none, an empty source or credential; RangeError for a number out of bounds.
 */
export const settingsOf = ({ surroundings = {}, ...options }: ReporterOptions): Settings => {
  const { protocol, username, password, origin, pathname, search, hash } = new URL(options.url);
  // No fetch takes an address with somebody's password in it; what is wrong with it is not told with it.
  if (username !== "" || password !== "") throw new TypeError("url has a user in it: give the key as credential");
  if (!/^https?:$/.test(protocol) || search !== "" || hash !== "")
    throw new TypeError(`url is «${options.url}»: give the address of a server, as https://tidemark.example.org`);
  // In JavaScript they may be anything: an environment variable that is not set, above all.
  const { source, credential } = options as { source?: unknown; credential?: unknown };
  if (typeof source !== "string" || source === "" || new TextEncoder().encode(source).length > 128)
    throw new TypeError("source is empty or over 128 bytes: give a name for this process");
  if (typeof credential !== "function" && !(typeof credential === "string" && IN_A_HEADER.test(credential)))
    throw new TypeError("credential is empty or nothing for a header: give a key with the scope events:write");
  const settings = {
    ...DEFAULTS,
    gzip: typeof CompressionStream === "function",
    ...platform(),
    ...given(options),
    ...given(surroundings),
    url: `${origin}${pathname}`.replace(/\/+$/, ""),
  } as Settings;
  for (const [name, [least, most]] of Object.entries(BOUNDS)) {
    const value = settings[name as keyof typeof BOUNDS];
    // Written so that NaN is refused, too.
    if (!(value >= least && value <= most))
      throw new RangeError(`${name} is ${value}: give a number from ${least} to ${most}`);
  }
  return settings;
};

import { ENV } from "./contract.ts";
import { isIssuer } from "./core/issuer.ts";

/** What deployed functions are told. */
export interface Settings {
  readonly table: string;
  readonly archiveBucket: string;
  /** The queue that a job's dispatch fills and its worker empties. */
  readonly workQueueUrl: string;
  /** Seconds after an hour's end at which the schedule closes it. */
  readonly graceSeconds: number;
  /** Seconds between two refreshes of a workspace. */
  readonly refreshCooldownSeconds: number;
  /** What the names of the secrets begin with that polled servers are asked with; undefined where none are kept. */
  readonly upstreamSecrets: string | undefined;
  /** The event bus that published snapshots are announced on; undefined where nobody listens. */
  readonly eventBus: string | undefined;
  /** Address that mails come from; undefined where none are sent. */
  readonly mailSender: string | undefined;
  /** Whose OpenID Connect tokens are taken; with it comes what they have to be for. */
  readonly oidcIssuer: string | undefined;
  readonly oidcAudience: string | undefined;
}

/** What a variable's text says, undefined for one that is not set; or what is wrong with it. */
type Reader<T> = (text: string | undefined) => { readonly value: T } | { readonly wrong: string };

// Written out and not with the schema library, which would be a twelfth of what a cold start reads.
const optional: Reader<string | undefined> = (text) => (text === "" ? { wrong: "is empty" } : { value: text });

const name: Reader<string> = (text) => {
  if (text === undefined) return { wrong: "is not set" };
  return text === "" ? { wrong: "is empty" } : { value: text };
};

const issuer: Reader<string | undefined> = (text) =>
  text === undefined || isIssuer(text) ? { value: text } : { wrong: "is no https address without a query" };

const seconds =
  (standard: number, most: number): Reader<number> =>
  (text) => {
    if (text === undefined) return { value: standard };
    const isWithin = /^\d{1,6}$/.test(text) && Number(text) <= most;
    return isWithin ? { value: Number(text) } : { wrong: `is not a whole number of seconds from 0 to ${most}` };
  };

const VARIABLES = {
  table: { variable: ENV.table, reader: name },
  archiveBucket: { variable: ENV.archiveBucket, reader: name },
  workQueueUrl: { variable: ENV.workQueueUrl, reader: name },
  // The grace has to end within the hour that follows.
  graceSeconds: { variable: ENV.graceSeconds, reader: seconds(180, 3_599) },
  refreshCooldownSeconds: { variable: ENV.refreshCooldownSeconds, reader: seconds(5, 3_600) },
  upstreamSecrets: { variable: ENV.upstreamSecrets, reader: optional },
  eventBus: { variable: ENV.eventBus, reader: optional },
  mailSender: { variable: ENV.mailSender, reader: optional },
  oidcIssuer: { variable: ENV.oidcIssuer, reader: issuer },
  oidcAudience: { variable: ENV.oidcAudience, reader: optional },
} as const satisfies Record<
  keyof Settings,
  { readonly variable: string; readonly reader: Reader<string | number | undefined> }
>;

/** Who needs what; nobody complains about the rest. */
const NEEDS = {
  serve: [
    "table",
    "archiveBucket",
    "graceSeconds",
    "refreshCooldownSeconds",
    "upstreamSecrets",
    "mailSender",
    "oidcIssuer",
    "oidcAudience",
  ],
  dispatch: ["table", "workQueueUrl"],
  work: ["table", "archiveBucket", "workQueueUrl", "upstreamSecrets"],
  follow: ["table", "archiveBucket", "workQueueUrl", "upstreamSecrets", "mailSender", "eventBus"],
} as const satisfies Record<string, readonly (keyof Settings)[]>;

/** One of these is of no use without the other. */
const TOGETHER = [ENV.oidcIssuer, ENV.oidcAudience];

type Purpose = keyof typeof NEEDS;
/** The settings that functions of a purpose read. */
export type SettingsTo<P extends Purpose> = Pick<Settings, (typeof NEEDS)[P][number]>;

/**
 * Reads the settings that a function needs; nothing else reads the environment.
 * @throws an Error that names everything that is wrong at once. Values are not repeated.
 */
export const readSettings = <P extends Purpose>(
  purpose: P,
  env: Readonly<Record<string, string | undefined>> = process.env,
): SettingsTo<P> => {
  const wrong: string[] = [];
  const read = NEEDS[purpose].map((setting) => {
    const { variable, reader } = VARIABLES[setting];
    const result = reader(env[variable]);
    if ("wrong" in result) wrong.push(`${variable} ${result.wrong}`);
    return [setting, "value" in result ? result.value : undefined];
  });
  const asked: readonly string[] = NEEDS[purpose].map((setting) => VARIABLES[setting].variable);
  const absent = TOGETHER.filter((variable) => asked.includes(variable) && env[variable] === undefined);
  if (absent.length < TOGETHER.length)
    wrong.push(...absent.map((variable) => `${variable} is not set, but what belongs to it is`));
  if (wrong.length > 0) throw new Error(`These settings are wrong: ${wrong.join("; ")}.`);
  return Object.fromEntries(read) as SettingsTo<P>;
};

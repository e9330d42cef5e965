import { batchOf, closingOf, KEPT_A_MONTH, type Measured, READ_LATEST, REFRESH } from "./measured.ts";
import { functionDollars, MEMORY_MB, PRICES } from "./prices.ts";

/** A deployment, as its operator sees it. */
export interface Usage {
  readonly workspaces: number;
  /** Messages to a workspace and hour, on the mean. */
  readonly messagesPerHour: number;
  /** Answers of the latest statistics to a workspace and month. */
  readonly reads: number;
  /** Refreshes of a workspace in a month. */
  readonly refreshes: number;
  /** For how long a chat server gathers events before it sends them, in seconds. */
  readonly gatherSeconds: number;
  /** Years of history that are kept already. */
  readonly years: number;
}

/** A line of a bill, for a month. */
export interface Line {
  readonly what: string;
  /** How many of it. */
  readonly count: number;
  /** US dollars. */
  readonly dollars: number;
}

const HOURS = 730;
const EVENTS_IN_A_BATCH = 500;
const SECONDS_IN_AN_HOUR = 3_600;
const GB = 1e9;
const MONTHS = 12;
/** One message of the queue carries so many workspaces; it is sent, received and deleted. */
const WORKSPACES_IN_A_MESSAGE = 50;
const QUEUE_REQUESTS = 3;
/** The hourly closing and what follows it; the nightly tables count for next to nothing. */
const RUNS_AN_HOUR = 2;
const ANSWER_BYTES = 2_700;

const table = ({ reads, writes }: Measured): number => reads * PRICES.readUnit + writes * PRICES.writeUnit;
/** Through the front door: the call, the function's request and time, the table. */
const served = (work: Measured): number =>
  PRICES.httpRequest + PRICES.lambdaRequest + functionDollars(work, MEMORY_MB.serving) + table(work);

/** Batches of an hour: what was gathered, or as many as are full before that. */
const batchesIn = ({ messagesPerHour, gatherSeconds }: Usage): number =>
  Math.min(messagesPerHour, Math.max(SECONDS_IN_AN_HOUR / gatherSeconds, messagesPerHour / EVENTS_IN_A_BATCH));

/** What AWS asks for a month of it, line by line; list prices, after every free tier. */
export const billOf = (usage: Usage): readonly Line[] => {
  const { workspaces, messagesPerHour, reads, refreshes, years } = usage;
  const batches = batchesIn(usage);
  const size = batches === 0 ? 0 : messagesPerHour / batches;
  const closings = workspaces * HOURS;
  const closing = closingOf(Math.ceil(batches), size);
  const messages = (RUNS_AN_HOUR * closings) / WORKSPACES_IN_A_MESSAGE;
  const kept = workspaces * (years * MONTHS + 1);
  const line = (what: string, count: number, each: number): Line => ({ what, count, dollars: count * each });
  return [
    line("batches of events", workspaces * batches * HOURS, served(batchOf(size))),
    line("hours closed", closings, table(closing) + functionDollars(closing, MEMORY_MB.working)),
    line("statistics.json written", closings, PRICES.s3Put),
    line("messages of the queue", messages, QUEUE_REQUESTS * PRICES.queueRequest + PRICES.lambdaRequest),
    line("reads", workspaces * reads, served(READ_LATEST) + (ANSWER_BYTES / GB) * PRICES.transferGb),
    line("refreshes", workspaces * refreshes, served(REFRESH) + (ANSWER_BYTES / GB) * PRICES.transferGb),
    line(
      "GB of table, with backups",
      (kept * KEPT_A_MONTH.tableBytes) / GB,
      PRICES.tableGbMonth + PRICES.backupGbMonth,
    ),
    line("GB of archive", (kept * KEPT_A_MONTH.archiveBytes) / GB, PRICES.s3GbMonth),
  ];
};

/** What the same events cost when each is a request and a write of its own, and nothing else were done. */
export const naiveDollars = ({ workspaces, messagesPerHour }: Usage): number => {
  const one: Measured = { writes: 1, reads: 0, calls: 1, cpuMs: 1 };
  return workspaces * messagesPerHour * HOURS * served(one);
};

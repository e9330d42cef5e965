/** When the prices below were looked up. */
export const PRICED_ON = "2026-11-21";

/**
 * What AWS asks for one unit of each, in US dollars: list prices of us-east-1, on demand, after every free tier.
 * Sources: AWS's public price pages of DynamoDB, Lambda, API Gateway, S3, SQS, EventBridge, CloudWatch.
 */
export const PRICES = {
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  tableGbMonth: 0.25,
  backupGbMonth: 0.2,
  lambdaRequest: 0.2e-6,
  /** arm64. */
  lambdaGbSecond: 1.333_34e-5,
  httpRequest: 1e-6,
  s3Put: 5e-6,
  s3Get: 0.4e-6,
  s3GbMonth: 0.023,
  queueRequest: 0.4e-6,
  scheduleCall: 1e-6,
  logGb: 0.5,
  alarmMonth: 0.1,
  transferGb: 0.09,
} as const;

/** Lambda gives a whole core at 1,769 MB, and less of it in proportion (AWS: Lambda, «Configure memory»). */
const CORE_MB = 1_769;
/**
 * Memory of functions as they are deployed unless something else is said: those that somebody waits for, and those that
 * work through a queue.
 */
export const MEMORY_MB = { serving: 512, working: 256 } as const;
const MB_OF_A_GB = 1_024;
/** What a call to the table is waited for, in milliseconds; AWS speaks of single digits. */
const ROUND_TRIP_MS = 5;

/** What one piece of work takes of a function. */
export interface Work {
  /** Milliseconds of a whole core. */
  readonly cpuMs: number;
  /** Calls to the table, one after the other. */
  readonly calls: number;
}

/** Milliseconds that a function of so much memory takes for some work: its share of a core, and the waiting. */
export const functionMs = ({ cpuMs, calls }: Work, memoryMb: number): number =>
  cpuMs * Math.max(CORE_MB / memoryMb, 1) + calls * ROUND_TRIP_MS;

/** US dollars for the time that a function takes, without its request. */
export const functionDollars = (work: Work, memoryMb: number): number =>
  (functionMs(work, memoryMb) / 1_000) * (memoryMb / MB_OF_A_GB) * PRICES.lambdaGbSecond;

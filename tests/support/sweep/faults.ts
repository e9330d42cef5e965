import { AsyncLocalStorage } from "node:async_hooks";
import { TransactionCanceledException, TransactionConflictException } from "@aws-sdk/client-dynamodb";
import type { Request, SdkCall, ServiceName, Watcher } from "../sdk-calls.ts";

/**
 * What befalls one call.
 * - before: no request of it arrives.
 * - after: the first is done and its answer lost, and nothing else arrives.
 * - again: the first is done and its answer lost; the SDK sends it again, and the caller gets that answer.
 * - throttled: the service has too much to do, as often as the SDK asks.
 * - contended: the service answers as it does when others are at the same things.
 * - late: it times out, and is done when everybody has gone on.
 * - stop: it and every later one fail: the process has died.
 */
export const FAULTS = ["before", "after", "again", "throttled", "contended", "late", "stop"] as const;
/** A fault, by its name. */
export type Fault = (typeof FAULTS)[number];

/** Operations that change nothing: not done, done and lost, or done late are the same for them. */
const isRead = (operation: string): boolean => /^(Get|BatchGet|Query|Scan|List|Head|Describe)/.test(operation);

/** What may befall a call, beyond what is the same as something else. */
export const faultsOf = ({ operation }: Pick<SdkCall, "operation">): readonly Fault[] =>
  FAULTS.filter((fault) => {
    if (fault === "contended") return operation in CONTENTION;
    return !isRead(operation) || fault === "before" || fault === "throttled" || fault === "stop";
  });

const networkError = (): Error => Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
const timeout = (): Error => Object.assign(new Error("no answer in time"), { name: "TimeoutError" });

const THROTTLED: Readonly<Record<ServiceName, string>> = {
  dynamodb: "ThrottlingException",
  events: "ThrottlingException",
  s3: "SlowDown",
  secretsmanager: "ThrottlingException",
  ses: "TooManyRequestsException",
  sns: "Throttled",
  sqs: "RequestThrottled",
};
const throttled = (service: ServiceName): Error =>
  Object.assign(new Error("slow down"), {
    name: THROTTLED[service],
    $metadata: { httpStatusCode: service === "s3" ? 503 : 400 },
    $retryable: { throttling: true },
  });

type Answer = { readonly output: object; readonly response: object };
const answered = (output: object): Answer => ({ output: { $metadata: {}, ...output }, response: {} });

const conflict = (): never => {
  throw new TransactionConflictException({ message: "Transaction is ongoing for the item", $metadata: {} });
};

/** How services answer while others are at the same things; no engine here can be made to. */
const CONTENTION: Readonly<Record<string, (input: SdkCall["input"]) => Answer>> = {
  TransactWriteItems: ({ TransactItems }) => {
    throw new TransactionCanceledException({
      message: "Transaction cancelled",
      $metadata: {},
      CancellationReasons: (TransactItems as unknown[]).map((_, at) => ({
        Code: at === 0 ? "TransactionConflict" : "None",
      })),
    });
  },
  PutItem: conflict,
  UpdateItem: conflict,
  DeleteItem: conflict,
  BatchGetItem: ({ RequestItems }) => answered({ Responses: {}, UnprocessedKeys: RequestItems }),
  SendMessageBatch: ({ Entries }) =>
    answered({
      Failed: (Entries as { Id: string }[]).map(({ Id }) => ({ Id, Code: "InternalError", SenderFault: false })),
    }),
  PutEvents: ({ Entries }) =>
    answered({ FailedEntryCount: 1, Entries: (Entries as unknown[]).map(() => ({ ErrorCode: "InternalFailure" })) }),
};

/** Something that befalls the `at`th call of a run (0 is the first). */
export interface Point {
  readonly at: number;
  readonly fault: Fault;
}

/** A run of which one call is befallen. */
export interface Befalling extends Watcher {
  /** Does something in the process that is there; when that dies, nothing of it goes on. */
  readonly within: <T>(work: () => Promise<T>) => Promise<T>;
  /** Whether the process has died. */
  readonly isDead: () => boolean;
  /** A new process is there. */
  readonly revive: () => void;
  /** Requests that timed out come to the engine now. */
  readonly land: () => Promise<void>;
  /** Whether there was such a call. */
  readonly hasHappened: () => boolean;
}

/** Makes something befall a run; without a point nothing does. */
export const befalling = (point: Point | undefined): Befalling => {
  let calls = 0;
  let processes = 1;
  const ofProcess = new AsyncLocalStorage<number>();
  const dead = new Set<number>();
  let hasHappened = false;
  const late: Request[] = [];
  const instead = async (fault: Fault, call: SdkCall, attempt: number, request: Request): Promise<unknown> => {
    const isFirst = attempt === 1;
    switch (fault) {
      case "before":
        throw networkError();
      case "after":
        if (isFirst) await request();
        throw networkError();
      case "again": {
        const answer = await request();
        if (isFirst) throw networkError();
        return answer;
      }
      case "throttled":
        throw throttled(call.service);
      case "contended":
        return CONTENTION[call.operation]?.(call.input);
      case "late":
        if (isFirst) late.push(request);
        throw timeout();
      default:
        dead.add(ofProcess.getStore() ?? processes);
        throw new Error("the process has died");
    }
  };
  return {
    call: (call) => {
      const at = calls++;
      return async (attempt, request) => {
        if (dead.has(ofProcess.getStore() ?? 0)) throw new Error("the process has died");
        if (at !== point?.at) return request();
        hasHappened = true;
        return instead(point.fault, call, attempt, request);
      };
    },
    within: (work) => ofProcess.run(processes, work),
    isDead: () => dead.has(processes),
    revive: () => {
      processes++;
    },
    land: async () => {
      for (const request of late.splice(0)) await request().catch(() => undefined);
    },
    hasHappened: () => hasHappened,
  };
};

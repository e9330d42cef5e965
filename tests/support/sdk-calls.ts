import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

/** The clients whose calls are seen, by the service they speak to. */
const CLIENTS = {
  dynamodb: DynamoDBClient,
  events: EventBridgeClient,
  s3: S3Client,
  secretsmanager: SecretsManagerClient,
  ses: SESv2Client,
  sns: SNSClient,
  sqs: SQSClient,
} as const;
/** A service whose calls are seen. */
export type ServiceName = keyof typeof CLIENTS;

/** One call that an adapter makes; the SDK may send it more than once. */
export interface SdkCall {
  readonly service: ServiceName;
  /** As its API names it, such as `GetItem`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Where it is made: places in `functions/`, from the adapter out to the task. To be asked while the stack stands. */
  readonly site: () => string;
}

/** Sends a request to the engine, and gives its answer. */
export type Request = () => Promise<unknown>;

/** What comes of calls. */
export interface Watcher {
  /** Told of each call before it is made; what it returns takes the place of every request of it. */
  readonly call: (call: SdkCall) => (attempt: number, request: Request) => Promise<unknown>;
}

interface Context {
  readonly commandName?: string;
  happening?: ((attempt: number, request: Request) => Promise<unknown>) | undefined;
  attempts?: number;
}
interface Args {
  readonly input: object;
}
type Next = (args: Args) => Promise<unknown>;

/** As much of a client as is touched here. */
interface AnyClient {
  readonly config: { retryStrategy: unknown; readonly maxAttempts: () => Promise<number> };
  readonly middlewareStack: {
    add: (middleware: (next: Next, context: Context) => Next, options: object) => void;
    addRelativeTo: (middleware: (next: Next, context: Context) => Next, options: object) => void;
  };
}

interface Token {
  readonly getRetryCount: () => number;
  readonly getRetryDelay: () => number;
}
const tokenOf = (count: number): Token => ({ getRetryCount: () => count, getRetryDelay: () => 0 });

/** The SDKs' standard mode with as many tries as the client has, but for its pauses: these runs are many. */
const atOnce = (maxAttempts: () => Promise<number>): object => ({
  acquireInitialRetryToken: async () => tokenOf(0),
  refreshRetryTokenForRetry: async (token: Token, { errorType }: { readonly errorType: string }) => {
    const count = token.getRetryCount() + 1;
    if (errorType === "CLIENT_ERROR" || count >= (await maxAttempts())) throw new Error("no further try");
    return tokenOf(count);
  },
  recordSuccess: () => undefined,
});

const FRAME = /\/functions\/([\w/.-]+\.ts):(\d+)/g;
const MOST_FRAMES = 60;

const siteNow = (): string => {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = MOST_FRAMES;
  const { stack = "" } = new Error("where");
  Error.stackTraceLimit = before;
  const frames = [...stack.matchAll(FRAME)].map(([, file, line]) => `${file}:${line}`);
  const inTask = frames.findIndex((frame) => frame.startsWith("tasks/"));
  return frames.slice(0, inTask === -1 ? undefined : inTask + 1).join(" < ");
};

const known = new WeakSet<AnyClient>();
let watching: Watcher | undefined;

const meet = (client: AnyClient, service: ServiceName): void => {
  if (known.has(client)) return;
  known.add(client);
  const strategy = atOnce(client.config.maxAttempts);
  client.config.retryStrategy = async () => strategy;
  client.middlewareStack.add(
    (next, context) => (args) => {
      const operation = String(context.commandName).replace(/Command$/, "");
      const input = args.input as SdkCall["input"];
      context.happening = watching?.call({ service, operation, input, site: siteNow });
      return next(args);
    },
    { step: "initialize", name: "watchedCall" },
  );
  client.middlewareStack.addRelativeTo(
    (next, context) => (args) => {
      context.attempts = (context.attempts ?? 0) + 1;
      return context.happening?.(context.attempts, () => next(args)) ?? next(args);
    },
    { relation: "after", toMiddleware: "retryMiddleware", name: "watchedRequest" },
  );
};

for (const [service, { prototype }] of Object.entries(CLIENTS)) {
  const send = Reflect.get(prototype, "send") as (...what: unknown[]) => unknown;
  Object.defineProperty(prototype, "send", {
    value(this: AnyClient, ...what: unknown[]): unknown {
      if (watching !== undefined) meet(this, service as ServiceName);
      return Reflect.apply(send, this, what);
    },
  });
}

/** Watches every client of this process from now on; no longer when there is no watcher. */
export const watchSdk = (watcher: Watcher | undefined): void => {
  watching = watcher;
};

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Failure } from "../../core/failure.ts";

/**
 * Answers of a table that has too much to do, or none at all; the client has tried again a few times when they come out
 * of it. Conflicts are waited for where they are met.
 */
const BUSY =
  /ThrottlingException|ThroughputExceeded|RequestLimitExceeded|TransactionInProgress|TimeoutError|ECONNRE|EPIPE/;

const isBusy = ({ name, $fault, code }: Error & { readonly $fault?: string; readonly code?: string }): boolean =>
  $fault === "server" || BUSY.test(`${name} ${code}`);

/** How long a table is waited for, milliseconds. */
export interface Patience {
  /** For a connection. */
  readonly connectionTimeout: number;
  /** For any word on it. */
  readonly socketTimeout: number;
}

/** The client tries three times, and a request has 29 seconds; left to itself, the client would wait for five minutes. */
const PATIENCE: Patience = { connectionTimeout: 2_000, socketTimeout: 7_000 };

/**
 * A client for an endpoint of one's own, or for AWS as the environment says. Emulators want some credentials and a
 * region, whatever they are. What stays throttled, or without an answer, is a Failure `store.busy`, so that callers come
 * back later.
 */
export const dynamoClient = (endpoint: string | undefined, patience = PATIENCE): DynamoDBClient => {
  const client = new DynamoDBClient({
    requestHandler: patience,
    ...(endpoint === undefined
      ? {}
      : { endpoint, region: "us-east-1", credentials: { accessKeyId: "tidemark", secretAccessKey: "tidemark" } }),
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (error instanceof Error && isBusy(error))
          throw new Failure("store.busy", "The store has too much to do; try again.", {}, error);
        throw error;
      }
    },
    { step: "initialize", name: "throttledIsBusy" },
  );
  return client;
};

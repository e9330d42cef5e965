import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { join } from "node:path";
import { localParts } from "../../functions/adapters/compose.ts";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { withoutScrypt } from "../support/scene.ts";
import type { Field } from "./field.ts";

/** What the engine said it consumed since the meter was last set back. */
export interface Meter {
  reads: number;
  writes: number;
  /** Calls to the table, of either kind. */
  calls: number;
}

interface Consumed {
  readonly CapacityUnits?: number;
}

const isRead = (command: string): boolean => /^(?:Get|Query|Scan|BatchGet|TransactGet)/.test(command);

/** Asks the engine with every call what it consumed (ReturnConsumedCapacity), and adds it up. */
const watch = (client: DynamoDBClient): Meter => {
  const meter: Meter = { reads: 0, writes: 0, calls: 0 };
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (call) => {
        Object.assign(call.input, { ReturnConsumedCapacity: "TOTAL" });
        const result = await next(call);
        const { ConsumedCapacity: consumed } = result.output as { ConsumedCapacity?: Consumed | readonly Consumed[] };
        if (consumed === undefined) throw new Error(`the engine does not say what a ${commandName} consumed`);
        const units = [consumed].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
        meter[isRead(commandName) ? "reads" : "writes"] += units;
        meter.calls++;
        return result;
      },
    { step: "initialize" },
  );
  return meter;
};

/** Starts a meter anew. */
export const setBack = (meter: Meter): void => {
  Object.assign(meter, { reads: 0, writes: 0, calls: 0 });
};

/** The parts of a field as a process of its own has them, which reaches the table through a client that is watched. */
export const partsThrough = (client: DynamoDBClient, field: Field): Parts =>
  withoutScrypt(
    localParts({
      dynamodbEndpoint: undefined,
      dynamodbClient: client,
      table: field.table,
      archiveFolder: join(field.folder, "archive"),
      clock: () => field.clock.now,
      expires: true,
      graceSeconds: 180,
      cooldownSeconds: 0,
    }),
  );

/** Lends the parts of a field whose every call to the table is metered. */
export const onMeter = async <T>(field: Field, work: (parts: Parts, meter: Meter) => Promise<T>): Promise<T> => {
  const client = dynamoClient(field.endpoint);
  const meter = watch(client);
  const parts = partsThrough(client, field);
  try {
    return await work(parts, meter);
  } finally {
    client.destroy();
  }
};

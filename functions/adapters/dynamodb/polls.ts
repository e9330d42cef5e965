import { KEYS } from "../../contract.ts";
import type { PollNote } from "../../core/upstream.ts";
import type { Polls } from "../../ports/polls.ts";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { jsonIn } from "./attributes.ts";
import { attributes, type Table } from "./table.ts";

/** What came of polling, in one item of a workspace. */
export const dynamoPolls = (table: Table): Polls => ({
  async find(workspace) {
    const item = await table.get(KEYS.poll(workspace));
    return item === undefined ? undefined : jsonIn<PollNote>(item, "note");
  },

  async note(workspace, note) {
    const Item = attributes({ ...KEYS.poll(workspace), note: JSON.stringify(note) });
    await table.client.send(new PutItemCommand({ TableName: table.name, Item }));
  },
});

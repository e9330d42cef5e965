import { KEYS } from "../contract.ts";
import type { Layouts } from "../ports/layouts.ts";
import { type Places, pauseByChance } from "./compose.ts";
import { LAYOUT, layoutIn } from "./dynamodb/layout.ts";
import { dynamoClient } from "./dynamodb/client.ts";
import { Table } from "./dynamodb/table.ts";

/** What tells how stores are laid out, over the same places as the parts; for the operator alone. */
export const layoutsOf = ({ dynamodbEndpoint, dynamodbClient, table: name }: Places): Layouts => {
  const table = new Table({ client: dynamodbClient ?? dynamoClient(dynamodbEndpoint), name, pause: pauseByChance });
  return {
    current: LAYOUT,
    of: async (workspace) => {
      const item = await table.get(KEYS.head(workspace));
      return item === undefined ? undefined : layoutIn(item);
    },
  };
};

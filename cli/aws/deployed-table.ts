import { devNull } from "node:os";
import { Mishap } from "../../local/mishap.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { plainly } from "./plainly.ts";

/** What makes workspaces and their keys. */
export type MakingParts = Pick<Parts, "workspaces" | "accounts" | "credentials" | "clock" | "secret" | "hashPassword">;

/** The parts that write to a deployment's table, with the caller's own AWS credentials. */
const partsOn = async (table: string): Promise<MakingParts> => {
  // Loaded late: the SDK takes longer than all the rest, and most commands do without.
  const { localParts } = await import("../../functions/adapters/compose.ts");
  return localParts({
    dynamodbEndpoint: undefined,
    table,
    // What makes workspaces archives nothing; whatever tried would fail loudly.
    archiveFolder: devNull,
    clock: () => Date.now(),
    expires: true,
    graceSeconds: 0,
    cooldownSeconds: 0,
  });
};

/**
 * Does something on a deployment's table.
 * @throws Misuse, Mishap; Failure as the task has it.
 */
export const onTable = <T>(table: string, work: (parts: MakingParts) => Promise<T>): Promise<T> =>
  plainly(async () => {
    try {
      return await work(await partsOn(table));
    } catch (error) {
      if (error instanceof Error && error.name === "ResourceNotFoundException")
        throw new Mishap(
          `There is no table ${table} in ${process.env["AWS_REGION"] ?? "this region"}: \`tidemark deploy-info\` tells its name.`,
          { cause: error },
        );
      throw error;
    }
  });

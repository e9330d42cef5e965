import { type Command, InvalidArgumentError } from "commander";
import { addLanes, LANES_AT_MOST } from "../../functions/tasks/add-lanes.ts";
import { addStoreOptions, type StoreFlags, withStore } from "../reach.ts";

interface Flags extends StoreFlags {
  readonly json: boolean;
}

const BY = "the operator's command";

const lanesText = (text: string): number => {
  if (!/^\d{1,2}$/.test(text) || Number(text) < 1 || Number(text) > LANES_AT_MOST)
    throw new InvalidArgumentError(`Give a whole number from 1 to ${LANES_AT_MOST}.`);
  return Number(text);
};

const run = async (id: string, lanes: number, flags: Flags): Promise<void> => {
  await withStore(flags, async ({ parts }) => {
    const before = await addLanes(parts)(id, lanes, BY);
    const words =
      before === lanes
        ? `${id} has ${lanes} lanes already.\n`
        : `${id} has ${lanes} lanes now (${before} before); writers use them within a minute.\n`;
    process.stdout.write(flags.json ? `${JSON.stringify({ workspace: id, before, lanes })}\n` : words);
  });
};

/** Adds `workspace lanes`. */
export const addWorkspaceLanes = (workspace: Command): void => {
  const lanes = workspace
    .command("lanes")
    .summary("give a busy workspace's log more lanes")
    .description("give a busy workspace's log more lanes, which its writers spread over; there are never fewer again")
    .argument("<id>", "which")
    .argument("<count>", "how many it is to have", lanesText);
  addStoreOptions(lanes)
    .option("--json", "tell the result as JSON", false)
    .addHelpText("after", "\nWhen they pay: docs/scaling.md.\n\nExample:\n  tidemark workspace lanes demo 4")
    .action(run);
};

import { type Command, InvalidArgumentError, Option } from "commander";
import { columns } from "../columns.ts";
import { billOf, naiveDollars, type Usage } from "../cost/bill.ts";
import { PRICED_ON } from "../cost/prices.ts";

interface Flags extends Usage {
  readonly json: boolean;
}

const MOST = 1e9;

const count =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= least && value <= MOST))
      throw new InvalidArgumentError(`Give a number from ${least} to ${MOST.toLocaleString("en")}.`);
    return value;
  };

const shown = (value: number): string =>
  value.toLocaleString("en", value >= 10 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 2 });
const CENT = 0.01;
const money = (dollars: number): string =>
  dollars > 0 && dollars < CENT
    ? "< $0.01"
    : `$${dollars.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

const run = ({ json, ...usage }: Flags): void => {
  const lines = billOf(usage);
  const total = lines.reduce((sum, { dollars }) => sum + dollars, 0);
  const naive = naiveDollars(usage);
  if (json) {
    process.stdout.write(`${JSON.stringify({ pricedOn: PRICED_ON, usage, lines, total, naive })}\n`);
    return;
  }
  const rows = lines.map(({ what, count: many, dollars }) => [what, shown(many), money(dollars)]);
  process.stdout.write(columns(["A MONTH OF", "COUNT", "COSTS"], [...rows, ["in all", "", money(total)]]));
  process.stdout.write(
    `\nA request and a write for each event alone would cost ${money(naive)}, with nothing closed, kept or served.\n` +
      `List prices of us-east-1 on ${PRICED_ON}, without free tiers; alarms and logs come on top.\n`,
  );
};

/** Adds `cost`. */
export const addCost = (program: Command): void => {
  const amount = (flags: string, what: string, standard: number, least = 0): Option =>
    new Option(flags, what).default(standard).argParser(count(least));
  program
    .command("cost")
    .summary("say what a deployment costs in a month")
    .description("say what a deployment on AWS costs in a month, from what was measured and list prices")
    .addOption(amount("--workspaces <n>", "how many there are", 1))
    .addOption(amount("--messages-per-hour <n>", "messages to a workspace, on the mean", 1_000))
    .addOption(amount("--reads <n>", "reads of the latest statistics, to a workspace and month", 50_000))
    .addOption(amount("--refreshes <n>", "refreshes, to a workspace and month", 1_000))
    .addOption(amount("--gather-seconds <n>", "how long a server gathers events before it sends them", 60, 1))
    .addOption(amount("--years <n>", "years of history that are kept already", 1))
    .option("--json", "tell it as JSON", false)
    .addHelpText("after", "\nExample:\n  tidemark cost --workspaces 20 --messages-per-hour 500 --reads 100000")
    .action(run);
};

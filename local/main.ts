import { Command, InvalidArgumentError } from "commander";
import { parseInstant } from "../functions/core/instant.ts";
import { errorOf } from "../functions/core/thrown.ts";
import { Mishap } from "./mishap.ts";
import { type Runtime, startRuntime } from "./runtime.ts";
import { readSurroundings, variable } from "./surroundings.ts";

const PORTS = 65_536;

const portOf = (text: string): number => {
  const port = Number(text);
  if (text.trim() === "" || !Number.isInteger(port) || port < 0 || port >= PORTS)
    throw new InvalidArgumentError("Give a port from 0 (any free one) to 65535.");
  return port;
};

const instantOf = (text: string): number => {
  const instant = parseInstant(text);
  if (instant === undefined) throw new InvalidArgumentError("Give an instant such as 2026-11-21T09:30:00Z.");
  return instant;
};

interface Options {
  readonly port?: number;
  readonly host: string;
  readonly data: string;
  readonly now?: number;
  readonly empty: boolean;
  readonly drill: boolean;
}

const command = new Command("tidemark-local")
  .description("Runs Tidemark whole on this machine: database, archive, front door, page, hourly closing.")
  .option("--port <n>", "port to listen on, 0 for any free one (PORT; default 3000)", portOf)
  .option("--host <address>", "address to listen on", "127.0.0.1")
  .option("--data <folder>", "where everything is kept (TIDEMARK_DATA)", variable("TIDEMARK_DATA") ?? ".tidemark")
  .option("--empty", "start without the sample", false)
  .option("--now <instant>", "start the clock elsewhere; it runs on from there", instantOf)
  .option("--drill", "move the clock and close hours by hand, through POST /local/…", false)
  .addHelpText(
    "after",
    `
Example:
  npm start -- --port 0 --data /tmp/tidemark --empty

A DynamoDB or S3 server of your own is used when AWS_ENDPOINT_URL_DYNAMODB or AWS_ENDPOINT_URL_S3 names it.`,
  );

const stopOnSignals = (runtime: Promise<Runtime>): void => {
  let isStopping = false;
  const stop = async (): Promise<void> => {
    await (await runtime).stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      // A second one means it.
      if (isStopping) process.exit(130);
      isStopping = true;
      stop().catch(fail);
    });
};

const fail = (error: unknown): void => {
  process.stderr.write(`${error instanceof Mishap ? error.message : (errorOf(error).stack ?? String(error))}\n`);
  process.exit(1);
};

const { port, host, data, now, empty, drill } = command.parse().opts<Options>();
try {
  const runtime = startRuntime({
    dataFolder: data,
    port: port ?? portOf(variable("PORT") ?? "3000"),
    host,
    now,
    drill,
    empty,
    out: process.stdout,
    surroundings: readSurroundings(),
  });
  stopOnSignals(runtime);
  await runtime;
} catch (error) {
  fail(error);
}

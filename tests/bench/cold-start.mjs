// One cold start as Lambda has it: loads a bundle and calls its handler once, then tells how many milliseconds that took, and how many of a core.
import { performance } from "node:perf_hooks";
import process from "node:process";
import { pathToFileURL } from "node:url";

const context = { awsRequestId: "cold", functionName: "tidemark", getRemainingTimeInMillis: () => 30_000 };
const start = async (event) => {
  const begun = performance.now();
  const spent = process.cpuUsage();
  const { handler } = await import(pathToFileURL(process.argv[2]).href);
  const answer = await handler(event, context);
  const milliseconds = performance.now() - begun;
  const { user, system } = process.cpuUsage(spent);
  process.send({ status: answer.statusCode ?? answer, milliseconds, cpuMs: (user + system) / 1_000 });
};
process.once("message", (event) => void start(event));
process.send("ready");

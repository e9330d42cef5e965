// A function as Lambda runs one: the first event loads the bundle and calls its handler, the others call it again. Tells
// of each how many milliseconds it took, how many of a core, and how much memory the process has held at most.
import diagnostics from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { pathToFileURL } from "node:url";

const context = { awsRequestId: "cold", functionName: "tidemark", getRemainingTimeInMillis: () => 30_000 };
const coreMs = ({ user, system }) => (user + system) / 1_000;
// What getrusage tells is at least what the process held that started this one.
const peakMb = () => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1_024;
let calls = 0;
diagnostics.subscribe("http.client.request.start", () => calls++);
let handler;
const take = async (event) => {
  const begun = performance.now();
  const spent = process.cpuUsage();
  const asked = calls;
  handler ??= (await import(pathToFileURL(process.argv[2]).href)).handler;
  const loadMs = coreMs(process.cpuUsage(spent));
  const answer = await handler(event, context);
  const milliseconds = performance.now() - begun;
  const cpuMs = coreMs(process.cpuUsage(spent));
  process.send({
    status: answer?.statusCode ?? answer,
    milliseconds,
    cpuMs,
    loadMs,
    calls: calls - asked,
    peakMb: peakMb(),
  });
};
process.on("message", (event) => void take(event));
process.send("ready");

import { performance } from "node:perf_hooks";
import process from "node:process";
import { pathToFileURL } from "node:url";

// Lambda's JSON format writes an object that is logged as one line of JSON, under a line's `message`; here alone.
console.log = (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

// What Lambda's runtime does with a bundle: load it once, then call its handler with one event after the other.
const { handler } = await import(pathToFileURL(process.argv[2]).href).catch((error) => {
  // Said here, because Node would quote the line that threw, which in a bundle is most of the file.
  process.send({ failure: String(error) });
  return {};
});

const answer = async ({ event, milliseconds }) => {
  const end = performance.now() + milliseconds;
  const context = {
    awsRequestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    functionName: "tidemark",
    getRemainingTimeInMillis: () => Math.max(end - performance.now(), 0),
  };
  try {
    process.send({ result: await handler(event, context) });
  } catch (error) {
    process.send({ failure: String(error) });
  }
};
process.on("message", (message) => void answer(message));
if (handler !== undefined) process.send({ result: "ready" });

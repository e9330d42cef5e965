/**
 * Cuts the shipped sample out of a year of messages:
 *
 *     npx node local/sample/cut.ts FILE
 *
 * The same file gives the same bytes.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rowsOf } from "../import/lean-zulip.ts";

/** A lively stretch, from a Monday on; five whole weeks. */
const FROM = Date.UTC(2024, 8, 23) / 1_000;
const TO = FROM + 5 * 7 * 86_400;

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error("Name the file to cut from: npx node local/sample/cut.ts 2024.tsv.gz");
  process.exit(2);
}
const lines = ["timestamp\tmessage\tsender\tchannel\ttopic"];
for await (const { time, message, sender, channel, topic } of rowsOf(file))
  if (time >= FROM && time < TO) lines.push([time, message, sender, channel, topic].join("\t"));
const target = fileURLToPath(new URL("activity.tsv.gz", import.meta.url));
await writeFile(target, gzipSync(`${lines.join("\n")}\n`, { level: 9 }));
console.log(`${lines.length - 1} rows`);

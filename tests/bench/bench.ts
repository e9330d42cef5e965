/**
 * Measures how fast Tidemark is:
 *
 *     npm run bench
 *     npm run bench -- fold units
 *     npm run bench -- --write history
 *     npm run bench -- --check
 *
 * With --write the figures go into docs/performance.md, with --check a bar that is not met ends it with 1. TIDEMARK_YEAR may name a larger table of messages than the shipped one.
 */
import { readFile, writeFile } from "node:fs/promises";
import { ACCEPT } from "./accept.ts";
import { isMet } from "./figure.ts";
import { CLOSE } from "./close.ts";
import { COLD } from "./cold.ts";
import { FOLD } from "./fold.ts";
import { HISTORY } from "./history.ts";
import { IMPORT } from "./import.ts";
import { LANES_PART } from "./lanes.ts";
import { MEMORY } from "./memory.ts";
import { READ } from "./read.ts";
import { REFRESH } from "./refresh.ts";
import { REFRESHES } from "./refreshes.ts";
import { pageOf, type Result, surroundings, tableOf } from "./report.ts";
import { SNAPSHOTS } from "./snapshots.ts";
import { UNIONS } from "./unions.ts";
import { UNITS } from "./units.ts";

const PARTS = [
  FOLD,
  ACCEPT,
  LANES_PART,
  UNITS,
  SNAPSHOTS,
  REFRESHES,
  REFRESH,
  READ,
  CLOSE,
  COLD,
  MEMORY,
  HISTORY,
  UNIONS,
  IMPORT,
];
const PAGE = new URL("../../docs/performance.md", import.meta.url);

const wanted = process.argv.slice(2);
const isWritten = wanted.includes("--write");
const isChecked = wanted.includes("--check");
const names = wanted.filter((one) => one !== "--write" && one !== "--check");
const unknown = names.filter((name) => !PARTS.some((part) => part.name === name));
if (unknown.length > 0) {
  const all = PARTS.map(({ name }) => name).join(", ");
  console.error(`There is no part ${unknown.join(", ")}: name some of ${all}, or none for all.`);
  process.exit(2);
}

for (const [name, text] of surroundings()) console.log(`${name.padEnd(8)} ${text}`);
const results: Result[] = [];
for (const part of PARTS.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const begun = performance.now();
  const figures = await part.run();
  const result = { part, figures, seconds: (performance.now() - begun) / 1_000 };
  results.push(result);
  console.log(`\n${part.title} (${part.name}, ${result.seconds.toFixed(0)} s)\n${tableOf(result)}`);
}
if (isWritten) await writeFile(PAGE, pageOf(await readFile(PAGE, "utf8"), results, PARTS));
const missed = results.flatMap(({ figures }) => figures).filter((one) => isMet(one) === false);
console.log(missed.length === 0 ? "\nEvery bar is met." : `\n${missed.length} bars are not met.`);
// A machine that is busy with other things misses bars, which says nothing about the code: only who asks is told so.
if (isChecked && missed.length > 0) process.exitCode = 1;

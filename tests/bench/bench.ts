/**
 * Measures how fast Tidemark is:
 *
 *     npm run bench
 *     npm run bench -- fold units
 *     npm run bench -- --write
 *
 * The last rewrites docs/performance.md. TIDEMARK_YEAR may name a larger table of messages than the shipped one.
 */
import { writeFile } from "node:fs/promises";
import { ACCEPT } from "./accept.ts";
import { isMet } from "./figure.ts";
import { CLOSE } from "./close.ts";
import { COLD } from "./cold.ts";
import { FOLD } from "./fold.ts";
import { HISTORY } from "./history.ts";
import { IMPORT } from "./import.ts";
import { READ } from "./read.ts";
import { REFRESH } from "./refresh.ts";
import { pageOf, type Result, surroundings, tableOf } from "./report.ts";
import { SNAPSHOTS } from "./snapshots.ts";
import { UNIONS } from "./unions.ts";
import { UNITS } from "./units.ts";

const PARTS = [FOLD, ACCEPT, UNITS, SNAPSHOTS, REFRESH, READ, CLOSE, COLD, HISTORY, UNIONS, IMPORT];
const PAGE = new URL("../../docs/performance.md", import.meta.url);

const wanted = process.argv.slice(2);
const isWritten = wanted.includes("--write");
const names = wanted.filter((one) => one !== "--write");
const unknown = names.filter((name) => !PARTS.some((part) => part.name === name));
if (unknown.length > 0 || (isWritten && names.length > 0)) {
  console.error(
    unknown.length > 0
      ? `There is no part ${unknown.join(", ")}: name some of ${PARTS.map(({ name }) => name).join(", ")}, or none for all.`
      : "The page holds all parts: --write goes with no part's name.",
  );
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
if (isWritten) await writeFile(PAGE, pageOf(results));
const missed = results.flatMap(({ figures }) => figures).filter((one) => isMet(one) === false);
console.log(missed.length === 0 ? "\nEvery bar is met." : `\n${missed.length} bars are not met.`);
// A machine that is busy with other things misses bars; that says nothing about the code.

#!/usr/bin/env node
// Runs under whatever Node is there, so that an old one gets a sentence and not a syntax error.
const WANTED = 24;
if (Number(process.versions.node.split(".")[0]) < WANTED) {
  console.error(
    `Tidemark needs Node ${WANTED} or newer; this is ${process.versions.node} on ${process.platform}-${process.arch}.\n` +
      `On Linux (x64, arm64) npm brings it: run \`npm ci\`, without --omit=optional, then \`npm run tidemark -- …\`.\n` +
      `Elsewhere install Node ${WANTED} from nodejs.org.`,
  );
  process.exit(1);
}
// What was compiled once need not be again: a later start takes a third of the time. Not in /tmp, where others write.
const { enableCompileCache } = await import("node:module");
enableCompileCache(`${import.meta.dirname}/../node_modules/.cache/tidemark/compiled`);
await import("./main.ts");

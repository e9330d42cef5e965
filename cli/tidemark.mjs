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
await import("./main.ts");

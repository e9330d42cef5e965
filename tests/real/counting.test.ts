import { openDynamodb, runOn } from "./on-server.ts";

// The model against the embedded engine takes as many runs as it needs; here the engine is what is looked at.
process.env["TIDEMARK_RUNS"] ??= "12";

await runOn([openDynamodb], {
  "counting and recounting": () => import("../tasks/model.test.ts"),
  "reporters that number their events": () => import("../tasks/sequence.test.ts"),
  "batches in parts": () => import("../tasks/parts.test.ts"),
});

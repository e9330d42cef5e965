import { openDynamodb, runOn } from "./on-server.ts";

await runOn([openDynamodb], {
  closing: () => import("../tasks/closing.test.ts"),
  "late events": () => import("../tasks/late.test.ts"),
});

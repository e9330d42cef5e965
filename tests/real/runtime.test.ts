import { openDynamodb, openS3, runOn } from "./on-server.ts";

await runOn([openDynamodb, openS3], {
  "the local runtime": () => import("./runtime-on-servers.ts"),
});

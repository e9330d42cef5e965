import { openS3, runOn } from "./on-server.ts";

await runOn([openS3], {
  "the ports of archive and blobs": () => import("../adapters/s3/archive.test.ts"),
});

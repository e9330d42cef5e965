import { openS3, runOn } from "./on-server.ts";

await runOn([openS3], {
  "the ports of archive and blobs": () => import("../adapters/s3/archive.test.ts"),
  "the port of reports' files": () => import("../adapters/s3/report-files.test.ts"),
});

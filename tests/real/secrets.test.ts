import { openSecrets, runOn } from "./on-server.ts";

await runOn([openSecrets], {
  "the port of upstream credentials": () => import("../adapters/secretsmanager/upstream-credentials.test.ts"),
  "the port of signing secrets": () => import("../adapters/secretsmanager/signing-secrets.test.ts"),
});

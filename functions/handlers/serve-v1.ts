import { lambdaParts } from "../adapters/compose.ts";
import { logLine } from "../edge/json-log.ts";
import { serveV1 } from "../services/serve-v1.ts";
import { readSettings } from "../settings.ts";

/** Our own dialect as a Lambda function behind an HTTP API. */
export const handler = serveV1(lambdaParts(readSettings("serve")), logLine);

import { lambdaParts } from "../adapters/compose.ts";
import { logLine } from "../edge/json-log.ts";
import { serveImkit } from "../services/serve-imkit.ts";
import { readSettings } from "../settings.ts";

/** The IMKit dialect as a Lambda function behind an HTTP API. */
export const handler = serveImkit(lambdaParts(readSettings("serve")), logLine);

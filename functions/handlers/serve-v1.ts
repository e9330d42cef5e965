import { lambdaParts, lambdaSources } from "../adapters/compose.ts";
import { logLine } from "../edge/json-log.ts";
import { serveV1 } from "../services/serve-v1.ts";
import { readSettings } from "../settings.ts";

const settings = readSettings("serve");

/** Our own dialect as a Lambda function behind an HTTP API. */
export const handler = serveV1(lambdaParts(settings, lambdaSources(settings)), logLine);

import { lambdaParts, lambdaSources } from "../adapters/compose.ts";
import { lambdaSending } from "../adapters/senders.ts";
import { logLine } from "../edge/json-log.ts";
import { serveAdmin } from "../services/serve-admin.ts";
import { readSettings } from "../settings.ts";

const settings = readSettings("serve");

/** What our own dialect is administered with, as a Lambda function behind an HTTP API. */
export const handler = serveAdmin(
  { ...lambdaParts(settings, lambdaSources(settings)), ...lambdaSending(settings) },
  logLine,
);

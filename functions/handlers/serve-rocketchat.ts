import { lambdaParts, lambdaSources } from "../adapters/compose.ts";
import { logLine } from "../edge/json-log.ts";
import { serveRocketchat } from "../services/serve-rocketchat.ts";
import { readSettings } from "../settings.ts";

const settings = readSettings("serve");

/** The Rocket.Chat dialect as a Lambda function behind an HTTP API. */
export const handler = serveRocketchat(lambdaParts(settings, lambdaSources(settings)), logLine);

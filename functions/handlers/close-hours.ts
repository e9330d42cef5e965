import { lambdaSources, workerParts } from "../adapters/compose.ts";
import { logLine } from "../edge/json-log.ts";
import { closeHours } from "../services/close-hours.ts";
import { readSettings } from "../settings.ts";

const settings = readSettings("work");

/** The worker of the hourly run as a Lambda function behind its queue. */
export const handler = closeHours(workerParts(settings, lambdaSources(settings)), logLine);

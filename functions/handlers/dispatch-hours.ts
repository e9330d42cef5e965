import { dispatchParts } from "../adapters/compose.ts";
import { DISPATCH } from "../contract.ts";
import { logLine } from "../edge/json-log.ts";
import { dispatchHours } from "../services/dispatch-hours.ts";
import { readSettings } from "../settings.ts";

/** The start of a job as a Lambda function behind EventBridge Scheduler. */
export const handler = dispatchHours(dispatchParts(readSettings("dispatch")), DISPATCH, logLine);

import { announcedOn } from "../adapters/announced.ts";
import { workerParts } from "../adapters/compose.ts";
import { lambdaPeopleKeys } from "../adapters/sources.ts";
import { lambdaSending } from "../adapters/senders.ts";
import { logLine } from "../edge/json-log.ts";
import { followHours } from "../services/follow-hours.ts";
import { readSettings } from "../settings.ts";

const settings = readSettings("follow");

/** The worker of what follows the closings, as a Lambda function behind its queue. */
export const handler = followHours(
  {
    ...workerParts(settings, lambdaPeopleKeys(settings)),
    ...lambdaSending(settings),
    announcements: announcedOn(settings.eventBus),
  },
  logLine,
);

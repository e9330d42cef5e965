import { isFields } from "../../core/fields.ts";
import { invalidBody, plainRefusal } from "./refusal.ts";

/** Events that upstream's clients send. */
const EVENTS: readonly unknown[] = ["updateCounter", "slashCommandsStats"];

const checkEvent = (event: unknown): void => {
  if (!isFields(event)) throw invalidBody("must be object");
  if (!Object.hasOwn(event, "eventName")) throw invalidBody("must have required property 'eventName'");
  if (typeof event["eventName"] !== "string") throw invalidBody("must be string");
  if (event["timestamp"] !== undefined && typeof event["timestamp"] !== "number") throw invalidBody("must be number");
};

/**
 * Checks the body of `POST /api/v1/statistics.telemetry`.
 * @param body its JSON; undefined for an empty one, which counts as an empty object.
 * @throws Failure `parameter.invalid` in upstream's words, for one of another form or with an event that nobody knows.
 */
export const checkTelemetry = (body: unknown): void => {
  const sent = body ?? {};
  if (!isFields(sent)) throw invalidBody("must be object");
  if (!Object.hasOwn(sent, "params")) throw invalidBody("must have required property 'params'");
  if (Object.keys(sent).length > 1) throw invalidBody("must NOT have additional properties");
  const events = sent["params"];
  if (!Array.isArray(events)) throw invalidBody("must be array");
  for (const event of events) checkEvent(event);
  if (events.some((event) => !isFields(event) || !EVENTS.includes(event["eventName"])))
    throw plainRefusal("event not found");
};

import { invalidBody, plainRefusal } from "./refusal.ts";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Events that upstream's clients send. */
const EVENTS: readonly unknown[] = ["updateCounter", "slashCommandsStats"];

const checkEvent = (event: unknown): void => {
  if (!isObject(event)) throw invalidBody("must be object");
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
  if (!isObject(sent)) throw invalidBody("must be object");
  if (!Object.hasOwn(sent, "params")) throw invalidBody("must have required property 'params'");
  if (Object.keys(sent).length > 1) throw invalidBody("must NOT have additional properties");
  const events = sent["params"];
  if (!Array.isArray(events)) throw invalidBody("must be array");
  for (const event of events as unknown[]) checkEvent(event);
  if ((events as Readonly<Record<string, unknown>>[]).some(({ eventName }) => !EVENTS.includes(eventName)))
    throw plainRefusal("event not found");
};

import type { ChatEvent, Refusal } from "./event.ts";
import { DAY_MS, hourOf, MINUTE_MS, startOf } from "./hour.ts";
import { isoOf, parseInstant } from "./instant.ts";

/** Late events are taken this far back. */
export const LATE_DAYS = 35;
/** Nobody chatted before; imports take events of any time after. Milliseconds since 1970 UTC. */
const EARLIEST = 0;
/** Clocks may be this much ahead, milliseconds. */
export const AHEAD_MS = 5 * MINUTE_MS;
/** The door: what is refused here never reaches a fold. Hours are since 1970 UTC. */
export interface Door {
  readonly now: number;
  /** The first hour that is taken. */
  readonly firstHour: number;
  /** What lies before was rebuilt from the archive. */
  readonly isRestored?: boolean;
  readonly mayAdjust: boolean;
  readonly isImport: boolean;
}

/**
 * Whether an event may come in at all; rule 6 of the architecture.
 * @returns why not.
 */
export const atTheDoor = (event: ChatEvent, door: Door): Refusal | undefined => {
  if (event.time > door.now + AHEAD_MS)
    return {
      code: "event-in-future",
      detail: `time ${isoOf(event.time)} is more than 5 minutes ahead of ${isoOf(door.now)}: check the sender's clock`,
    };
  if (event.time < EARLIEST)
    return {
      code: "event-too-old",
      detail: `time ${isoOf(event.time)} is before 1970: a zero time, most likely, for one that was not set`,
    };
  if (event.type === "user.changed" && (parseInstant(event.data.lastLogin ?? "") ?? 0) > door.now + AHEAD_MS)
    return {
      code: "event-in-future",
      detail: `data.lastLogin is more than 5 minutes ahead of ${isoOf(door.now)}: check the sender's clock`,
    };
  if (!door.isImport && event.time < door.now - LATE_DAYS * DAY_MS)
    return {
      code: "event-too-old",
      detail: `time ${isoOf(event.time)} is more than ${LATE_DAYS} days ago: send such events in an import`,
    };
  if (!door.isImport && hourOf(event.time) < door.firstHour)
    return {
      code: "event-too-old",
      detail:
        `time ${isoOf(event.time)} is before ` +
        (door.isRestored === true
          ? `${isoOf(startOf(door.firstHour))}, up to which all was restored from the archive: it may be counted`
          : `the first hour, ${isoOf(startOf(door.firstHour))}: send such events in an import`),
    };
  if (event.type === "totals.adjusted" && !door.mayAdjust)
    return { code: "event-forbidden", detail: "totals.adjusted needs the scope admin: use an administrator's key" };
  return undefined;
};

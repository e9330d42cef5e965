import { type ScheduleHandler, scheduleHandler } from "../edge/schedule.ts";
import { dispatchHours as dispatch, type DispatchParts } from "../tasks/dispatch-hours.ts";
import type { Parts } from "../tasks/parts.ts";

/** A job's start: spreads all workspaces over messages of a queue. */
export const dispatchHours = (
  parts: DispatchParts & Pick<Parts, "clock">,
  how: { readonly workspacesPerMessage: number },
  log: (line: object) => void,
): ScheduleHandler =>
  scheduleHandler({
    run: async (now) => {
      const dispatched = await dispatch(parts)(now, how);
      log({ event: "HoursDispatched", now: new Date(now).toISOString(), ...dispatched });
    },
    clock: parts.clock,
    log,
  });

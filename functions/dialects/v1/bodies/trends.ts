import type { ActiveHour, heatMapOf, mostActive } from "../../../core/activity.ts";
import { type Hour, hourName, startOf } from "../../../core/hour.ts";
import { isoOf } from "../../../core/instant.ts";
import type { Headline } from "../../../core/summary.ts";

interface Span {
  readonly from: Hour;
  readonly to: Hour;
  readonly status: string;
  readonly coverage: number | null;
}

const spanFields = ({ from, to, status, coverage }: Span): object => ({
  from: isoOf(startOf(from)),
  to: isoOf(startOf(to)),
  status,
  coverage,
});

/** A period summed up, on its way out. */
export interface SummaryBody {
  readonly period: string;
  readonly now: Span;
  readonly previous: Span;
  readonly headlines: readonly Headline[];
}

/** The answer of `GET /v1/summary`. */
export const summaryBody = (workspace: string, { period, now, previous, headlines }: SummaryBody): string =>
  JSON.stringify({ workspace, period, ...spanFields(now), previous: spanFields(previous), statistics: headlines });

/** A time, and how many different users were seen in it; null when nobody knows. */
interface ActiveSpan extends Span {
  readonly users: number | null;
}

const activeFields = (span: ActiveSpan): object => ({ ...spanFields(span), users: span.users });

/** When and where it was active, on its way out; hours `[from, to)`. */
export interface ActivityBody {
  readonly from: Hour;
  readonly to: Hour;
  readonly timeZone: string;
  readonly heatMap: ReturnType<typeof heatMapOf>;
  readonly busiest: readonly ActiveHour[];
  readonly rooms: ReturnType<typeof mostActive>;
  readonly activeUsers: { readonly day: ActiveSpan; readonly week: ActiveSpan; readonly month: ActiveSpan };
  readonly users: {
    readonly active: number | null;
    readonly new: number | null;
    readonly returning: number | null;
    readonly retained: number | null;
    readonly lost: number | null;
    readonly previous: ActiveSpan;
  };
}

/** The answer of `GET /v1/activity`: days from Monday to Sunday, hours from 0 to 23. */
export const activityBody = (
  workspace: string,
  { from, to, timeZone, heatMap, busiest, rooms, activeUsers, users }: ActivityBody,
): string =>
  JSON.stringify({
    workspace,
    from: isoOf(startOf(from)),
    to: isoOf(startOf(to)),
    tz: timeZone,
    activeUsers: {
      day: activeFields(activeUsers.day),
      week: activeFields(activeUsers.week),
      month: activeFields(activeUsers.month),
    },
    users: { ...users, previous: activeFields(users.previous) },
    heatMap,
    busiestHours: busiest.map(({ hour, messages, users: seen }) => ({
      hour: hourName(hour),
      start: isoOf(startOf(hour)),
      messages,
      users: seen,
    })),
    mostActiveRooms: rooms,
  });

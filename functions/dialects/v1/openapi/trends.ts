import type { DescribedOperation } from "../../../core/description.ts";
import { arrayOf, count, instant, named, object, oneOf, orNull, type Schema, text } from "../../../core/json-schema.ts";
import { PERIODS } from "../../../core/summary.ts";
import { PEOPLE } from "../people.ts";
import { TREND_QUERIES } from "../queries/trends.ts";
import { json } from "./body.ts";
import { HOUR, WORKSPACE_ID } from "./document.ts";

const number = (description: string): Schema => ({ type: "number", description });

const SPAN = {
  from: instant("Where it begins."),
  to: instant("Where it ends; not in it."),
  status: text("The worst of its hours: a status of the ledger, or open."),
  coverage: orNull(number("Share of its minutes in which a reporter was heard.")),
} as const;

const ACTIVE = { ...SPAN, users: orNull(count(PEOPLE.active)) } as const;

/** Bodies of summaries and activity, by name. */
export const TREND_SCHEMAS: Readonly<Record<string, Schema>> = {
  Headline: object({
    name: text("The statistic, as /v1/definitions has it."),
    label: text("What people call it."),
    kind: oneOf(["level", "flow", "peak", "low", "distinct", "time"], "How it rolls up."),
    unit: text("What it counts."),
    value: orNull(number("Of the period.")),
    previous: orNull(number("Of the one before.")),
    change: orNull(number("The value less the previous one.")),
    changeRatio: orNull(number("The change as a share of the previous value.")),
    good: orNull(oneOf(["up", "down"], "The direction that is good.")),
  }),
  Summary: object({
    workspace: WORKSPACE_ID,
    period: oneOf(Object.keys(PERIODS), "How long a time."),
    ...SPAN,
    previous: object(SPAN),
    statistics: arrayOf(named("Headline"), "The headline numbers."),
  }),
  WeekCell: object({
    hours: count("Hours of the range that fall here and are known."),
    messages: count("Messages sent in them."),
    mean: orNull(number("Messages to an hour; null when none is known.")),
  }),
  Activity: object({
    workspace: WORKSPACE_ID,
    from: instant("Where the range begins."),
    to: instant("Where it ends; not in it."),
    tz: text("Time zone of the days and hours."),
    activeUsers: {
      ...object({ day: object(ACTIVE), week: object(ACTIVE), month: object(ACTIVE) }),
      description: PEOPLE.activeUsers,
    },
    users: {
      ...object({
        active: orNull(count(PEOPLE.active)),
        new: orNull(count(PEOPLE.new)),
        returning: orNull(count(PEOPLE.returning)),
        retained: orNull(count(PEOPLE.retained)),
        lost: orNull(count(PEOPLE.lost)),
        previous: {
          ...object(ACTIVE),
          description: "The time of the same length before, by which they are told apart.",
        },
      }),
      description:
        "Who came, came back, stayed and went; null what is not known. New, returning and retained users are all active ones.",
    },
    heatMap: arrayOf(arrayOf(named("WeekCell"), "Hours from 0 to 23."), "Days from Monday to Sunday."),
    busiestHours: arrayOf(
      object({
        hour: HOUR,
        start: instant("Where it starts."),
        messages: orNull(count("Messages sent.")),
        users: orNull(count("Different users seen.")),
      }),
      "The hours with the most messages, the busiest first.",
    ),
    mostActiveRooms: arrayOf(
      object({ id: text("The room."), messages: count("Messages sent in it.") }),
      "The rooms with the most messages.",
    ),
  }),
};

const SPAN_EXAMPLE = { status: "complete", coverage: 1 } as const;
const ACTIVE_EXAMPLE = {
  from: "2026-11-19T23:00:00.000Z",
  to: "2026-11-20T23:00:00.000Z",
  ...SPAN_EXAMPLE,
  users: 38,
} as const;

/** What the history comes to. */
export const TREND_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "GET /v1/summary": {
    area: "History",
    summary: "Sum up a period",
    description:
      "Headline numbers of a period that ends with the last closed hour, beside those of the period before: value, change, and the direction that is good. People and rooms are counted once in each period.",
    parameters: TREND_QUERIES.readSummary,
    conditional: true,
    answers: {
      200: {
        description: "The summary.",
        body: json(named("Summary"), {
          workspace: "demo",
          period: "7d",
          from: "2026-11-14T10:00:00.000Z",
          to: "2026-11-21T10:00:00.000Z",
          ...SPAN_EXAMPLE,
          previous: { from: "2026-11-07T10:00:00.000Z", to: "2026-11-14T10:00:00.000Z", ...SPAN_EXAMPLE },
          statistics: [
            {
              name: "messages.sent",
              label: "Messages sent",
              kind: "flow",
              unit: "messages",
              value: 1_250,
              previous: 1_000,
              change: 250,
              changeRatio: 0.25,
              good: "up",
            },
          ],
        }),
      },
    },
    failures: ["parameter.invalid"],
  },
  "GET /v1/activity": {
    area: "History",
    summary: "Read when and where people are active",
    description:
      "Messages by hour of the week, the busiest hours and the most active rooms, in `[from, to)`: four weeks up to the last closed hour unless the range says otherwise, at most 9,000 hours. Beside them daily, weekly and monthly active users as of the last day that is over, and how many users of the range are new, returning and retained, everybody counted once. Hours that nobody observed count as no hours, and not as hours without messages.",
    parameters: TREND_QUERIES.readActivity,
    conditional: true,
    answers: {
      200: {
        description: "The activity.",
        body: json(named("Activity"), {
          workspace: "demo",
          from: "2026-10-24T10:00:00.000Z",
          to: "2026-11-21T10:00:00.000Z",
          tz: "Europe/Berlin",
          activeUsers: { day: ACTIVE_EXAMPLE, week: ACTIVE_EXAMPLE, month: ACTIVE_EXAMPLE },
          users: {
            active: 61,
            new: 7,
            returning: 4,
            retained: 50,
            lost: 6,
            previous: {
              from: "2026-09-26T10:00:00.000Z",
              to: "2026-10-24T10:00:00.000Z",
              ...SPAN_EXAMPLE,
              users: 56,
            },
          },
          heatMap: [[{ hours: 4, messages: 36, mean: 9 }]],
          busiestHours: [{ hour: "2026-11-17T14", start: "2026-11-17T14:00:00.000Z", messages: 181, users: 42 }],
          mostActiveRooms: [{ id: "general", messages: 1_204 }],
        }),
      },
    },
    failures: ["parameter.invalid", "range.invalid"],
  },
};

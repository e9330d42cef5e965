import { type Report, REPORTED_KINDS, type ReportRow } from "../../core/report.ts";
import { bars, curve, stackedBars, weekDots } from "./charts.ts";
import { hatchPattern, type Slot } from "./frame.ts";
import { html, type Part } from "./html.ts";
import { table } from "./tables.ts";
import {
  bytesText,
  dayText,
  KIND_NAMES,
  meanText,
  momentText,
  numberText,
  shortDay,
  statusText,
  timeText,
  UNKNOWN,
} from "./words.ts";

const numberIn = (row: ReportRow, name: string): number | null => {
  const value = row[name];
  return typeof value === "number" ? value : null;
};

const valuesOf = ({ rows }: Report, name: string): readonly (number | null)[] => rows.map((row) => numberIn(row, name));

const isTold = (values: readonly (number | null)[]): boolean => values.some((value) => value !== null && value > 0);

const observed = (status: string): Slot["observed"] =>
  status === "partial" || status === "open" ? "part" : status === "missing" || status === "failed" ? "gap" : "whole";

const nameOfRow = ({ timeZone, interval }: Report, { start }: ReportRow): string =>
  interval === "hour" ? momentText(timeZone, start) : dayText(timeZone, start);

const slotsOf = (report: Report): readonly Slot[] =>
  report.rows.map((row) => {
    const { timeZone, kind } = report;
    const [weekday = "", day = ""] = shortDay(timeZone, row.start).split(" ");
    const tick = kind === "daily" ? timeText(timeZone, row.start) : kind === "weekly" ? `${weekday} ${day}` : day;
    // Where clocks are put back an hour comes twice.
    return { name: row.start, tick, observed: observed(row.status) };
  });

const unitOf = ({ interval }: Report): string => (interval === "hour" ? "hour" : "day");

const KINDS = REPORTED_KINDS.map((key, at) => ({ key, class: `k${at + 1}` }));

const hatchKey = (report: Report): Part =>
  report.rows.every(({ status }) => observed(status) === "whole")
    ? null
    : html`<li>
        <svg viewBox="0 0 10 10" aria-hidden="true">
          <defs>${hatchPattern("key-hatch")}</defs>
          <rect width="10" height="10" fill="url(#key-hatch)" /></svg
        >not (wholly) observed
      </li>`;

/** How many messages were sent, and where. */
export const messagesSection = (report: Report): Part => {
  const values = report.rows.map((row) => {
    const known = KINDS.map(({ key }) => [key, numberIn(row, `messages.sentByKind.${key}`)] as const);
    return known.every(([, value]) => value === null)
      ? null
      : Object.fromEntries(known.map(([key, value]) => [key, value ?? 0]));
  });
  const used = KINDS.filter(({ key }) => values.some((row) => (row?.[key] ?? 0) > 0));
  const totals = valuesOf(report, "messages.sent");
  const totalOf = (key: string): number => values.reduce((sum, row) => sum + (row?.[key] ?? 0), 0);
  // A polled server may tell how many there were, and not of which kind.
  const isByKind = values.some((row) => row !== null);
  const per = unitOf(report);
  return html`<section aria-labelledby="messages">
    <h2 id="messages">Messages by ${per}</h2>
    <p class="says">
      ${isByKind && used.length > 1 ? "By the kind of room, discussions apart from theirs." : used.length === 1 ? `All of them in ${(KIND_NAMES[used[0]?.key ?? ""] ?? "").toLowerCase()}.` : "Messages sent; removals do not lower it."}
    </p>
    ${
      used.length > 1 || hatchKey(report) !== null
        ? html`<ul class="key">
            ${used.length > 1 ? used.map(({ key, class: colour }) => html`<li><i class=${colour}></i>${KIND_NAMES[key] ?? key}: ${numberText(totalOf(key))}</li>`) : null}${hatchKey(report)}
          </ul>`
        : null
    }
    ${
      isByKind
        ? stackedBars(
            { id: "m", title: `Messages sent by ${per}, stacked by kind of room`, format: numberText },
            slotsOf(report),
            used,
            values,
          )
        : bars({ id: "m", title: `Messages sent by ${per}`, format: numberText }, slotsOf(report), totals)
    }
    ${table(
      `Messages by ${per}`,
      [
        per === "day" ? "Day" : "Hour",
        ...(used.length > 1 ? used.map(({ key }) => KIND_NAMES[key] ?? key) : []),
        "All",
        "Observed",
      ],
      report.rows.map((row, at) => [
        nameOfRow(report, row),
        ...(used.length > 1
          ? used.map(({ key }) => (values[at] === null ? UNKNOWN : numberText(values[at]?.[key] ?? 0)))
          : []),
        numberText(totals[at] ?? null),
        statusText(row.status),
      ]),
    )}
  </section>`;
};

/** Who was seen and who joined. */
export const peopleSection = (report: Report): Part => {
  const per = unitOf(report);
  const seen = valuesOf(report, "users.seen");
  const joined = valuesOf(report, "users.joined");
  return html`<section aria-labelledby="people">
    <h2 id="people">People</h2>
    <div class="two">
      <div>
        <p class="says">Active users by ${per}: different people, each counted once a ${per}.</p>
        ${bars({ id: "u", title: `Active users by ${per}`, format: numberText, isHalf: true }, slotsOf(report), seen)}
      </div>
      <div>
        <p class="says">New users by ${per}: first known then.</p>
        ${
          isTold(joined)
            ? bars({ id: "j", title: `New users by ${per}`, format: numberText, isHalf: true }, slotsOf(report), joined)
            : html`<p>${joined.every((value) => value === null) ? "Not known." : "None."}</p>`
        }
      </div>
    </div>
    ${table(
      `Active and new users by ${per}`,
      [per === "day" ? "Day" : "Hour", "Active", "New"],
      report.rows.map((row, at) => [
        nameOfRow(report, row),
        numberText(seen[at] ?? null),
        numberText(joined[at] ?? null),
      ]),
    )}
  </section>`;
};

/** Connections and memory. */
export const capacitySection = (report: Report): Part => {
  const per = unitOf(report);
  const peaks = valuesOf(report, "connections.peak");
  const free = valuesOf(report, "memory.freeLow");
  if (!isTold(peaks) && !isTold(free)) return null;
  const total = report.rows.map((row) => numberIn(row, "memory.total")).findLast((value) => value !== null) ?? null;
  return html`<section aria-labelledby="capacity">
    <h2 id="capacity">Capacity</h2>
    <div class="two">
      ${
        isTold(peaks)
          ? html`<div>
              <p class="says">Most connections open at any second of the ${per}.</p>
              ${bars({ id: "c", title: `Peak connections by ${per}`, format: numberText, isHalf: true }, slotsOf(report), peaks)}
            </div>`
          : null
      }
      ${
        isTold(free)
          ? html`<div>
              <p class="says">
                Lowest free memory of the ${per}${total === null ? "" : `, of ${bytesText(total)} there are`}.
              </p>
              ${curve({ id: "f", title: `Lowest free memory by ${per}`, format: bytesText, isHalf: true }, slotsOf(report), free)}
            </div>`
          : null
      }
    </div>
    ${table(
      `Peak connections and free memory by ${per}`,
      [per === "day" ? "Day" : "Hour", "Peak connections", "Lowest free memory"],
      report.rows.map((row, at) => [
        nameOfRow(report, row),
        numberText(peaks[at] ?? null),
        numberText(free[at] ?? null, "bytes"),
      ]),
    )}
  </section>`;
};

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

/** When in the week it is busy. */
export const weekSection = ({ heatMap, timeZone }: Report): Part =>
  heatMap === null
    ? null
    : html`<section aria-labelledby="week">
        <h2 id="week">When people write</h2>
        <p class="says">Messages to an hour, by hour of the week in ${timeZone}; the larger the dot, the more.</p>
        ${weekDots("Messages to an hour by day of the week and hour of the day; its table has the numbers", heatMap, "w")}
        ${table(
          "Messages to an hour by hour of the week",
          ["Hour", ...DAYS],
          Array.from({ length: 24 }, (_, hour) => [
            `${String(hour).padStart(2, "0")}:00`,
            ...heatMap.map((day) => (day[hour] == null ? UNKNOWN : meanText(day[hour] ?? 0))),
          ]),
        )}
      </section>`;

import { type Report, REPORTED_KINDS, type ReportRow } from "../../core/report.ts";
import type { Headline } from "../../core/summary.ts";
import { statisticNamed } from "../../core/statistic.ts";
import { bars, curve, hatchPattern, type Slot, stackedBars, weekDots } from "./charts.ts";
import { html, type Part, styleSheet, textOf } from "./html.ts";
import { beforeOf, leadOf, qualityOf } from "./sentences.ts";
import { STYLE } from "./style.ts";
import { table } from "./tables.ts";
import {
  bytesText,
  dayText,
  KIND_NAMES,
  meanText,
  momentText,
  movementOf,
  nameOf,
  numberText,
  reasonText,
  shortDay,
  statusText,
  timeText,
  UNKNOWN,
} from "./words.ts";

const TITLES = { daily: "Daily report", weekly: "Weekly report", monthly: "Monthly report" } as const;

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

/** Drawn, because few fonts have all of these. */
const ICONS = {
  up: "M5 1 10 9H0Z",
  down: "M5 9 0 1h10Z",
  check: "M3.6 9.2 0 5.6l1.4-1.4 2.2 2.2L8.6 1.4 10 2.8Z",
  warning: "M5 0 10 9.5H0ZM4.4 3.2v3.2h1.2V3.2Zm0 4v1.3h1.2V7.2Z",
} as const;

const icon = (name: keyof typeof ICONS): Part =>
  html`<svg class="icon" viewBox="0 0 10 10" aria-hidden="true"><path fill-rule="evenodd" d=${ICONS[name]} /></svg>`;

const card = (report: Report, headline: Headline): Part => {
  const { value, previous, unit, name, label } = headline;
  const { direction, text, verdict } = movementOf(headline);
  return html`<li>
    <h3>${nameOf(name, label)}</h3>
    <p class=${value === null ? "value unknown" : "value"}>${numberText(value, unit)}</p>
    ${text === "" ? null : html`<p class="moved ${verdict}"><strong>${direction === "" ? null : icon(direction)}${text}</strong>${verdict === "" ? "" : `, ${verdict}`}</p>`}
    ${previous === null ? null : html`<p class="before">${numberText(previous, unit)} ${beforeOf(report)}</p>`}
  </li>`;
};

const isWorthACard = ({ value, previous }: Headline): boolean => (value ?? 0) !== 0 || (previous ?? 0) !== 0;

const numbersOf = (report: Report): Part => {
  const shown = report.headlines.filter(isWorthACard);
  const rest = report.headlines.filter((headline) => !isWorthACard(headline));
  const none = rest.filter(({ value }) => value === 0).map(({ name, label }) => nameOf(name, label).toLowerCase());
  const unknown = rest
    .filter(({ value }) => value === null)
    .map(({ name, label }) => nameOf(name, label).toLowerCase());
  return html`<section class="bare" aria-labelledby="numbers">
    <h2 id="numbers">In numbers</h2>
    <p class="says">Held against ${report.previousLabel}.</p>
    <ul class="cards">
      ${shown.map((headline) => card(report, headline))}
    </ul>
    ${none.length === 0 ? null : html`<p class="also">None at all: ${none.join(", ")}.</p>`}
    ${unknown.length === 0 ? null : html`<p class="also">Not known, because no server told: ${unknown.join(", ")}.</p>`}
  </section>`;
};

const qualitySection = (report: Report): Part => {
  const { gaps, moreGaps } = report.quality;
  const { timeZone } = report;
  return html`<section class=${gaps.length === 0 ? "quality" : "quality gaps"} aria-labelledby="quality">
    <h2 id="quality">
      ${icon(gaps.length === 0 ? "check" : "warning")}${gaps.length === 0 ? "The data is complete" : "The data has gaps"}
    </h2>
    <p>${qualityOf(report)}</p>
    ${
      gaps.length === 0
        ? null
        : html`<ul>
            ${gaps.map(
              ({ from, to, hours, status, reasons }) =>
                html`<li>
                  ${`${momentText(timeZone, from)} to ${momentText(timeZone, to)} (${numberText(hours)} h): ${statusText(status)}, ${reasonText(reasons)}`}
                </li>`,
            )}${moreGaps === 0 ? null : html`<li>and ${numberText(moreGaps)} more</li>`}
          </ul>`
    }
  </section>`;
};

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

const messagesSection = (report: Report): Part => {
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

const peopleSection = (report: Report): Part => {
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

const capacitySection = (report: Report): Part => {
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

const weekSection = ({ heatMap, timeZone }: Report): Part =>
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

const listsSection = ({ busiest, rooms, timeZone }: Report): Part =>
  busiest.length === 0 && rooms.length === 0
    ? null
    : html`<div class="two">
        ${
          busiest.length === 0
            ? null
            : html`<section aria-labelledby="busiest">
                <h2 id="busiest">Busiest hours</h2>
                ${table(
                  null,
                  ["Hour from", "Messages", "Active users"],
                  busiest.map(({ start, messages, users }) => [
                    momentText(timeZone, start),
                    numberText(messages),
                    numberText(users),
                  ]),
                )}
              </section>`
        }
        ${
          rooms.length === 0
            ? null
            : html`<section aria-labelledby="rooms">
                <h2 id="rooms">Most active rooms</h2>
                ${table(
                  null,
                  ["Room", "Messages"],
                  rooms.map(({ id, messages }) => [id, numberText(messages)]),
                )}
                <p class="also">By their ids; direct messages are not listed.</p>
              </section>`
        }
      </div>`;

const anomaliesSection = ({ anomalies, timeZone }: Report): Part =>
  anomalies === null
    ? null
    : html`<section aria-labelledby="unusual">
        <h2 id="unusual">Unusual hours</h2>
        ${
          anomalies.length === 0
            ? html`<p class="says">None: every hour was as hours of its day and time usually are.</p>`
            : [
                html`<p class="says">Numbers far from what is usual at their hour of the week.</p>`,
                table(
                  null,
                  ["Hour from", "What", "Was", "Usually"],
                  anomalies.map(({ start, statistic, value, median, direction }) => [
                    momentText(timeZone, start),
                    nameOf(statistic),
                    `${numberText(value, statisticNamed(statistic)?.unit)} (${direction})`,
                    numberText(median, statisticNamed(statistic)?.unit),
                  ]),
                ),
              ]
        }
      </section>`;

const aboutTime = ({ timeZone, from, to }: Report): string =>
  `Hours are of UTC and belong to the day of ${timeZone} in which they start: this report covers ${from} to ${to}. ` +
  "People and rooms are counted once in each period, never added up from shorter ones. " +
  "A number that nobody observed is told as not known, never as zero.";

const whereItIs = ({ id, workspace }: Report): string =>
  `This is the report ${id} of the workspace ${workspace.id}; GET /v1/reports/${id} has its numbers as CSV and JSON, too. ` +
  "Each hour as it was published: GET /v1/history, and how complete it is: GET /v1/ledger.";

const footerOf = (report: Report): Part =>
  html`<footer>
    <h2>What the numbers mean</h2>
    <dl>
      ${report.headlines.map(
        ({ name, label }) =>
          html`<dt>${nameOf(name, label)}</dt>
            <dd>${statisticNamed(name)?.definition ?? ""}</dd>`,
      )}
    </dl>
    <p>${aboutTime(report)}</p>
    <p>${whereItIs(report)}</p>
  </footer>`;

const NO_REQUESTS = "default-src 'none'; style-src 'unsafe-inline'";

/** A report as one file of HTML that loads nothing and runs nothing. */
export const pageOf = (report: Report): string => {
  const { label, workspace, timeZone, kind } = report;
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta http-equiv="Content-Security-Policy" content=${NO_REQUESTS} />
      <title>${`${workspace.name}: ${label}`}</title>
      ${styleSheet(STYLE)}
    </head>
    <body>
      <main>
        <header>
          <p class="kicker">${TITLES[kind]} · ${workspace.name}</p>
          <h1>${label}</h1>
          <p class="who">Workspace ${workspace.id}, times in ${timeZone}</p>
          <p class="lead">${leadOf(report)}</p>
        </header>
        ${qualitySection(report)} ${numbersOf(report)} ${messagesSection(report)} ${peopleSection(report)}
        ${capacitySection(report)} ${anomaliesSection(report)} ${weekSection(report)} ${listsSection(report)}
        ${footerOf(report)}
      </main>
    </body>
  </html>`;
  return `<!doctype html>\n${textOf(page)}\n`;
};

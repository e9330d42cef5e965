import type { Report } from "../../core/report.ts";
import { statisticNamed } from "../../core/statistic.ts";
import type { Headline } from "../../core/summary.ts";
import { html, type Part, styleSheet, textOf } from "./html.ts";
import { anomaliesSection, listsSection } from "./lists.ts";
import { capacitySection, messagesSection, peopleSection, weekSection } from "./sections.ts";
import { beforeOf, leadOf, qualityOf } from "./sentences.ts";
import { STYLE } from "./style.ts";
import { momentText, movementOf, nameOf, numberText, reasonText, statusText } from "./words.ts";

const TITLES = { daily: "Daily report", weekly: "Weekly report", monthly: "Monthly report" } as const;

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

import type { Report } from "../../core/report.ts";
import { statisticNamed } from "../../core/statistic.ts";
import { html, type Part } from "./html.ts";
import { table } from "./tables.ts";
import { momentText, nameOf, numberText } from "./words.ts";

/** The busiest hours and rooms. */
export const listsSection = ({ busiest, rooms, timeZone }: Report): Part =>
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

/** Hours that were not as usual. */
export const anomaliesSection = ({ anomalies, timeZone }: Report): Part =>
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

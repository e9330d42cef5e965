import { hourOf, startOf } from "../../functions/core/hour.ts";
import { finish, openOrResume } from "../../local/import/imports.ts";
import { sendBatches } from "../../local/import/send-batches.ts";
import { onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { spreadOf } from "./measure.ts";
import { realEvents } from "./real-messages.ts";

const ROUNDS = 3;

const run = async (): Promise<readonly Figure[]> => {
  const events = await realEvents();
  const end = Date.parse(events.at(-1)?.time ?? "");
  const startsAt = startOf(hourOf(end) + 1);
  const eventRates: number[] = [];
  const hourRates: number[] = [];
  const seconds: number[] = [];
  await onField(startsAt, async (field) => {
    const door = await field.door();
    for (let round = 0; round < ROUNDS; round++) {
      const api = door((await field.workspace(`import-${round}`, startsAt)).key);
      const begun = performance.now();
      const importId = await openOrResume(api);
      const { accepted } = await sendBatches(api, events, { name: "sample", importId });
      if (importId === undefined || accepted !== events.length)
        throw new Error(`${accepted} of ${events.length} events were accepted`);
      const sent = performance.now();
      const hours = await finish(api, importId);
      const finished = performance.now();
      eventRates.push((events.length / (sent - begun)) * 1_000);
      hourRates.push((hours / (finished - sent)) * 1_000);
      seconds.push((finished - begun) / 1_000);
    }
  });
  return [
    figure("events imported", "events/s", spreadOf(eventRates)),
    figure("hours closed and archived", "hours/s", spreadOf(hourRates)),
    figure(`whole import of ${events.length.toLocaleString("en")} events`, "s", spreadOf(seconds)),
  ];
};

/** How fast the past is imported. */
export const IMPORT: Part = {
  name: "import",
  title: "Importing the sample end to end",
  how:
    "The public API as `tidemark import` uses it: an import is opened, the events (people and rooms at first sight, " +
    "then every message) go in gzipped batches of 2,000 through the front door, three at once; finishing folds them, " +
    `closes every hour and writes each statistics.json to the archive on disk. ${ROUNDS} times, a new workspace each.`,
  run,
};

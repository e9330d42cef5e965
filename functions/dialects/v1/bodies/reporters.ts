import { isoOf } from "../../../core/instant.ts";

/** A reporter as it is told; instants in milliseconds since 1970 UTC. */
interface Told {
  readonly source: string;
  readonly lastHeardAt: number | null;
  readonly heardMinutes: number;
  readonly next: number | null;
}

const told = ({ source, lastHeardAt, heardMinutes, next }: Told): object => ({
  source,
  lastHeardAt: lastHeardAt === null ? null : isoOf(lastHeardAt),
  heardMinutes,
  next,
});

/** One reporter. */
export const reporterBody = (reporter: Told): string => JSON.stringify(told(reporter));

/** A page of reporters; `next` is the cursor of the page after. */
export const reportersBody = (reporters: readonly Told[], next: string | undefined): string =>
  JSON.stringify({ reporters: reporters.map(told), ...(next === undefined ? {} : { next }) });

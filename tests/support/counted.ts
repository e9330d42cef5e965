import { writeSync } from "node:fs";

const STDOUT = 1;

/**
 * Says in the log of a run how much a suite has tried, in one line («counted: 312 points, fault sweep of closing»).
 * Throws when that is nothing: a sweep that swept nothing has proven nothing.
 */
export const counted = (count: number, units: string, suite: string): void => {
  if (!(count > 0)) throw new Error(`${suite} has tried no ${units}, so it has shown nothing`);
  // Past the reporter, which would put the name of the file before each line.
  writeSync(STDOUT, `counted: ${count.toLocaleString("en")} ${units}, ${suite}\n`);
};

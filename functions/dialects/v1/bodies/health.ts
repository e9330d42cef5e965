import { CRITICAL_MS, type Health, WARN_MS } from "../../../core/health.ts";
import { hourName, MINUTE_MS } from "../../../core/hour.ts";
import { isoOf } from "../../../core/instant.ts";

/** Failed hours that are named; how many there are is told all the same. */
const NAMED = 100;

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1_000);

/** How a workspace's hourly run is doing. Instants in milliseconds since 1970 UTC. */
export const healthBody = (
  workspace: string,
  health: Health,
  { now, nextRunAt }: { readonly now: number; readonly nextRunAt: number },
): string => {
  const { lastClosed, failing, failed } = health;
  return JSON.stringify({
    workspace,
    status: health.status,
    reasons: health.reasons,
    checkedAt: isoOf(now),
    lastClosedHour: lastClosed === null ? null : hourName(lastClosed.hour),
    lastSuccess: lastClosed === null ? null : isoOf(lastClosed.madeAt),
    ageSeconds: lastClosed === null ? null : seconds(Math.max(now - lastClosed.madeAt, 0)),
    lagSeconds: seconds(health.lagMs),
    nextRunAt: isoOf(nextRunAt),
    warnAfterMinutes: WARN_MS / MINUTE_MS,
    criticalAfterMinutes: CRITICAL_MS / MINUTE_MS,
    coverage: lastClosed?.ledger.coverage ?? null,
    failing: failing === null ? null : { hour: hourName(failing.hour), runs: failing.runs },
    failedHours: failed.length,
    failed: failed.slice(0, NAMED).map(hourName),
    missingHours: health.missingHours,
    dirtyHours: health.dirty.length,
    unarchived: health.unarchived,
    anomalies: health.anomalies,
    deliveriesGivenUp: health.givenUp.reduce((sum, { count }) => sum + count, 0),
  });
};

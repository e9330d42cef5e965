import { arch, freemem, platform, release, totalmem, type } from "node:os";
import { instanceReported, type Reporter } from "../../client/src/tidemark.ts";

const MINUTE_MS = 60_000;

/** This process; `connections` says how many are open now. */
export interface Instance {
  readonly id: string;
  readonly version: string;
  readonly connections: () => number;
}

/**
 * Tells at once, and then every minute, that this process is there, how many connections it has, and of the memory of
 * its host. After three minutes of silence it counts as gone.
 * @returns what ends it.
 */
export const reportEveryMinute = (reporter: Reporter, { id, version, connections }: Instance): (() => void) => {
  const report = (): void => {
    const os = { type: type(), platform: platform(), arch: arch(), release: release() };
    reporter.send(
      instanceReported({
        id,
        version,
        connections: connections(),
        pid: process.pid,
        nodeVersion: process.version,
        uptime: process.uptime(),
        os: { ...os, totalmem: totalmem(), freemem: freemem() },
      }),
    );
  };
  report();
  const timer = setInterval(report, MINUTE_MS);
  return () => clearInterval(timer);
};

import os from "node:os";

/** What is not of the machine. */
export interface ReportOptions {
  readonly version: string;
  readonly database: { readonly version: string; readonly engine: string };
  readonly connections: number;
}

/** Beyond this many, a report would outgrow its limit and tell nothing more. */
const LISTED_CPUS = 64;

/** Version of the layout that data is stored in: there has been one so far. */
const LAYOUT = 1;

/** What the local runtime says of itself, in Rocket.Chat's words. */
export const instanceReport = ({ version, database, connections }: ReportOptions): object => ({
  id: "local",
  address: "127.0.0.1",
  version,
  nodeVersion: process.version,
  pid: process.pid,
  uptime: Math.round(process.uptime()),
  os: {
    type: os.type(),
    platform: os.platform(),
    arch: os.arch(),
    release: os.release(),
    uptime: Math.round(os.uptime()),
    loadavg: os.loadavg(),
    totalmem: os.totalmem(),
    freemem: os.freemem(),
    cpus: os.cpus().slice(0, LISTED_CPUS),
  },
  process: { memory: process.memoryUsage.rss() },
  deploy: { method: "npm", platform: "local" },
  migration: { _id: "control", version: LAYOUT, locked: false },
  database,
  connections,
});

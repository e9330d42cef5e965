import { HOUR_MS } from "../functions/core/hour.ts";
import { credentialsPath } from "./credentials-file.ts";
import { near } from "./data-folder.ts";
import type { Terminal } from "./terminal.ts";

/** The address that no other machine reaches. */
export const LOOPBACK = "127.0.0.1";

/** A host as a URL has it. */
export const hostInUrl = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** Where this machine reaches a door that is open to every address. */
export const reachable = (host: string): string => (host === "0.0.0.0" ? LOOPBACK : host === "::" ? "::1" : host);

const timeOf = (instant: number): string => new Date(instant).toISOString().slice(11, 16);

/** Tells what can be done now. */
export const tellHowToGoOn = (told: Terminal, baseUrl: string, folder: string, closesAt: number | undefined): void => {
  const credentials = near(credentialsPath(folder));
  told.line();
  told.line(`  page         ${baseUrl}/`);
  told.line(`  credentials  ${credentials}`);
  told.line(`  try          curl -H "x-api-key: $(grep -o 'tm_[A-Za-z0-9]*' ${credentials})" ${baseUrl}/v1/statistics`);
  if (closesAt === undefined)
    told.line("  drill        POST /local/clock and /local/close-hours; nothing closes on its own");
  else {
    const over = Math.floor(closesAt / HOUR_MS) * HOUR_MS;
    told.line(`  next hour    ${timeOf(over - HOUR_MS)} to ${timeOf(over)} UTC, closes at ${timeOf(closesAt)} UTC`);
  }
  told.line();
};

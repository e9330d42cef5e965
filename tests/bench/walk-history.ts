/**
 * Walks through a history page by page, in a process of its own, and tells how many pages there were, how many bytes,
 * and how much memory the process had at most:
 *
 *     node tests/bench/walk-history.ts '{"endpoint":…,"table":…,"archive":…,"key":…,"now":…,"ranges":[…]}'
 */
import type { Context } from "aws-lambda";
import { localParts } from "../../functions/adapters/compose.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { type Hour, startOf } from "../../functions/core/hour.ts";
import { STATISTICS } from "../../functions/core/statistic.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { httpApiEvent } from "../support/lambda-events.ts";

/** What is walked through: every statistic, in each of the ranges `[from, to)`. */
export interface Walk {
  readonly endpoint: string;
  readonly table: string;
  readonly archive: string;
  readonly key: string;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
  readonly ranges: readonly { readonly from: Hour; readonly to: Hour }[];
}

/** What a walk came to. */
export interface Walked {
  readonly pages: number;
  readonly bytes: number;
  /** The process's largest resident set. */
  readonly peakBytes: number;
}

const NEXT = /^<([^>]*)>; rel="next"$/;
const KB = 1_024;

const walk = async ({ endpoint, table, archive, key, now, ranges }: Walk): Promise<Walked> => {
  const parts = localParts({
    dynamodbEndpoint: endpoint,
    table,
    archiveFolder: archive,
    clock: () => now,
    expires: true,
    graceSeconds: 180,
    cooldownSeconds: 0,
  });
  const handler = serveV1(parts, (line) => process.stderr.write(`${JSON.stringify(line)}\n`));
  let [pages, bytes] = [0, 0];
  for (const { from, to } of ranges) {
    const metrics = STATISTICS.map(({ name }) => name).join(",");
    const query = new URLSearchParams({ metrics, from: isoOf(startOf(from)), to: isoOf(startOf(to)) });
    for (let next: string | undefined = `/v1/history?${query.toString()}`; next !== undefined;) {
      const {
        statusCode,
        headers,
        body = "",
      } = await handler(httpApiEvent("GET", next, { headers: { authorization: `Bearer ${key}` } }), {} as Context);
      if (statusCode !== 200) throw new Error(`a page was answered ${statusCode}: ${body}`);
      pages++;
      bytes += Buffer.byteLength(body);
      next = NEXT.exec(String(headers?.["link"] ?? ""))?.[1];
    }
  }
  return { pages, bytes, peakBytes: process.resourceUsage().maxRSS * KB };
};

if (import.meta.main) process.stdout.write(JSON.stringify(await walk(JSON.parse(process.argv[2] ?? "") as Walk)));

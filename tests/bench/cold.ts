import { join } from "node:path";
import { ENV, KEYS } from "../../functions/contract.ts";
import { HOUR_MS, hourOf } from "../../functions/core/hour.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { bundleFunction, bundleHandlers } from "../../infra/bundle.ts";
import { httpApiEvent } from "../support/lambda-events.ts";
import { onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { callInProcess, type Taken } from "./function-process.ts";
import { medianOf, spreadOf } from "./measure.ts";

const PROCESSES = 20;

/** Starts a function in a process of its own and calls it once. */
const startOnce = async (folder: string, event: object, env: Readonly<Record<string, string>>): Promise<Taken> => {
  const [start] = await callInProcess(folder, [event], env);
  if (start?.status !== 200) throw new Error(`the first call of ${folder} was answered ${String(start?.status)}`);
  return start;
};

const run = async (): Promise<readonly Figure[]> =>
  // The functions have the real clock, so there has to be an hour that was over just now.
  onField((hourOf(Date.now()) - 1) * HOUR_MS, async (field) => {
    const { credentials, workspace } = await createWorkspace(field.parts)({ id: "cold", name: "Cold" });
    field.clock.now += HOUR_MS;
    await closeDueHours(field.parts)(workspace.id);
    const env = {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL_DYNAMODB: field.endpoint,
      [ENV.table]: field.table,
      [ENV.archiveBucket]: "none",
    };
    const folder = join(field.folder, "bundles");
    const bundles = await bundleHandlers(folder);
    const bare = join(folder, "bare");
    await bundleFunction("tests/bench/bare-get.ts", bare);
    const { apiKey, rocketchat, imkit } = credentials;
    const bearer = { authorization: `Bearer ${apiKey}` };
    const token = { "x-auth-token": rocketchat.authToken, "x-user-id": rocketchat.userId };
    const sides = [
      ["serve-v1", httpApiEvent("GET", "/v1/statistics", { headers: bearer })],
      ["serve-admin", httpApiEvent("GET", "/v1/workspace", { headers: bearer })],
      ["serve-rocketchat", httpApiEvent("GET", "/api/v1/statistics", { headers: token })],
      ["serve-imkit", httpApiEvent("GET", "/admin/stats", { headers: { "im-api-key": imkit.apiKey } })],
    ] as const;
    const least = { table: field.table, ...KEYS.latest(workspace.id) };
    const theirs: Taken[] = [];
    const ours = new Map<string, Taken[]>(sides.map(([name]) => [name, []]));
    // A first round lets the disk's cache hold all of them.
    for (let round = 0; round <= PROCESSES; round++) {
      const start = await startOnce(bare, least, env);
      if (round > 0) theirs.push(start);
      for (const [name, event] of sides) {
        const own = await startOnce(bundles[name], event, env);
        if (round > 0) ours.get(name)?.push(own);
      }
    }
    const ratio = (name: string, what: string, of: (start: Taken) => number, bar?: Figure["bar"]): Figure => {
      const [own, bareOnes] = [(ours.get(name) ?? []).map(of), theirs.map(of)];
      const spread = spreadOf(own.map((one, at) => one / (bareOnes[at] ?? NaN)));
      return {
        ...figure(`${name}${what} over the bare client`, "×", spread, bar),
        value: medianOf(own) / medianOf(bareOnes),
      };
    };
    const wall = ({ milliseconds }: Taken): number => milliseconds;
    const cpu = ({ cpuMs }: Taken): number => cpuMs;
    return [
      ...sides.map(([name]) => ratio(name, "", wall, { atMost: 1.2 })),
      ...sides.map(([name]) => ratio(name, ", time of a core", cpu)),
      ...sides.map(([name]) => figure(name, "ms", spreadOf((ours.get(name) ?? []).map(wall)))),
      figure("the bare client", "ms", spreadOf(theirs.map(wall))),
      figure("the bare client, time of a core", "ms", spreadOf(theirs.map(cpu))),
    ];
  });

/** Cold starts of the functions behind the front door. */
export const COLD: Part = {
  name: "cold",
  title: "Cold start",
  how:
    "Each function's bundle in a process of its own: its import and its first call (a read with a good credential). " +
    "Against it: a bundle of the bare DynamoDB client that reads one item, bundled with the same plugins and flags. " +
    `${PROCESSES} processes of each by turns, after one of each to warm the disk's cache; judged is the ratio of the ` +
    "medians. Node's own start is on neither side. The time of a core says the same of a machine that is busy.",
  run,
};

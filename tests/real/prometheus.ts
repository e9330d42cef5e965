import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { freePort } from "../../local/free-port.ts";
import { startDaemon, untilReady } from "./daemon.ts";
import { bring, commandIn, type Recipe, type Tree } from "./debian.ts";
import type { Server } from "./moto.ts";

const RECIPE: Recipe = {
  name: "prometheus",
  packages: ["prometheus", "promtool"],
  // Go programs need the C library and nothing else; the rest sets up a machine.
  keep: (name) => /^(prometheus|promtool|libc6)$/.test(name),
};

/** Fetches Prometheus with its promtool, unless it is there. */
export const bringPrometheus = (): Promise<Tree> => bring(RECIPE);

/** What `promtool check metrics` says of an exposition, a complaint a line; it ends with 1 when it can't read it at all. */
export const checkMetrics = async (
  exposition: string,
): Promise<{ readonly code: number | null; readonly complaints: readonly string[] }> => {
  const { file, args, env } = commandIn(await bringPrometheus(), "promtool", ["check", "metrics"]);
  const child = spawn(file, args, { env });
  const ended = once(child, "close");
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.end(exposition);
  const [code] = (await ended) as [number | null];
  const complaints = (await said).join("").split("\n");
  return { code, complaints: complaints.filter((line) => line !== "") };
};

/** What Prometheus is to scrape, and with which key. */
export interface Target {
  readonly baseUrl: string;
  readonly path: string;
  readonly key: string;
}

const configOf = ({ baseUrl, path, key }: Target): string => `
global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
  - job_name: tidemark
    metrics_path: ${path}
    authorization:
      credentials: ${key}
    static_configs:
      - targets: ["${new URL(baseUrl).host}"]
`;

/** Starts a Prometheus that scrapes a target each second, on a free port and in a folder of its own. */
export const startPrometheus = async (target: Target): Promise<Server> => {
  const tree = await bringPrometheus();
  const folder = await mkdtemp(join(tmpdir(), "tidemark-prometheus-"));
  const config = join(folder, "prometheus.yml");
  await writeFile(config, configOf(target), { mode: 0o600 });
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const daemon = startDaemon(
    "Prometheus",
    commandIn(tree, "prometheus", [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=${new URL(endpoint).host}`,
    ]),
  );
  const stop = async (): Promise<void> => {
    await daemon.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await untilReady("Prometheus", [daemon], () =>
      fetch(`${endpoint}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    return { name: `Prometheus ${tree.version}`, endpoint, stop };
  } catch (failure) {
    await stop();
    throw failure;
  }
};

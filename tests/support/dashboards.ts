import { readFileSync } from "node:fs";

/** A query of a panel. */
export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly datasource: { readonly type: string; readonly uid: string };
}

/** A panel of a Grafana dashboard, as far as it matters here. */
export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly Target[];
}

/** A Grafana dashboard, as far as it matters here. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
  readonly panels: readonly Panel[];
}

const EXAMPLES = new URL("../../examples/", import.meta.url);

/** A file of the examples. */
export const exampleText = (path: string): string => readFileSync(new URL(path, EXAMPLES), "utf8");

/** The dashboard that ships. */
export const dashboard = (): Dashboard => JSON.parse(exampleText("grafana/tidemark.json")) as Dashboard;

/** Every query of it, its variables filled in. */
export const queriesOf = ({ panels }: Dashboard, workspace: string): readonly string[] =>
  panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll("$workspace", workspace)));

/** Every metric of ours that a text names. */
export const metricsIn = (text: string): readonly string[] => [...new Set(text.match(/(?<![:\w])tidemark_[a-z_]+/g))];

import { type Anomaly, type Document, valueIn } from "../../core/document.ts";
import { type Statistic, STATISTICS } from "../../core/statistic.ts";
import { type Family, familyOf } from "./names.ts";

/** OpenMetrics 1.0, or the older text format of Prometheus, for those who can't read it. */
export type Format = "openmetrics" | "text";

/** The media type of each format. */
export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
  text: "text/plain; version=0.0.4; charset=utf-8",
};

/** OpenMetrics, unless a client asks for plain text and does not name it. */
export const formatFor = (accept: string | undefined): Format =>
  accept !== undefined && /\btext\/plain\b/i.test(accept) && !/\bapplication\/openmetrics-text\b/i.test(accept)
    ? "text"
    : "openmetrics";

/** What is exposed of a workspace. Instants in milliseconds since 1970 UTC. */
export interface Exposed {
  /** The latest reading or snapshot. */
  readonly document: Document;
  /** When an hour was last closed; null before the first is. */
  readonly lastSuccessAt: number | null;
  readonly lagMs: number;
  readonly missingHours: number;
  /** What is unusual in the last closed hour; null when nobody can say. */
  readonly anomalies: readonly Anomaly[] | null;
}

type Labels = Readonly<Record<string, string>>;
interface Sample {
  readonly labels: Labels;
  /** Null is «not known», and absent. */
  readonly value: number | null;
}
interface Metric extends Family {
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** The OpenMetrics specification, «Escaping»: the same in help and in values of labels. */
const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');

const labelled = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(",");

/** A counter's samples end in `_total`; OpenMetrics describes it without that ending, the older format with it. */
const linesOf = ({ name, type, unit, help, samples }: Metric, format: Format): readonly string[] => {
  const known = samples.filter(({ value }) => value !== null);
  if (known.length === 0) return [];
  const sampled = type === "counter" ? `${name}_total` : name;
  const described = format === "text" ? sampled : name;
  return [
    `# TYPE ${described} ${type}`,
    ...(unit === "" || format === "text" ? [] : [`# UNIT ${described} ${unit}`]),
    `# HELP ${described} ${escaped(help)}`,
    ...known.map(({ labels, value }) => `${sampled}{${labelled(labels)}} ${value}`),
  ];
};

const secondsOf = (value: number | string | null): number | null =>
  typeof value === "string" ? Date.parse(value) / 1_000 : value;

/** Levels and times hold as of a moment, the others over the last hour. */
const helpOf = ({ kind, definition }: Statistic): string =>
  kind === "level" || kind === "time" ? definition : `${definition} The window is one hour.`;

const statistics = (document: Document, labels: Labels): readonly Metric[] =>
  STATISTICS.map((row) => ({
    ...familyOf(row),
    type: "gauge",
    help: helpOf(row),
    samples: [{ labels, value: secondsOf(valueIn(document, row.name)) }],
  }));

/** An instance as documents list it. */
interface Instance {
  readonly id: string;
  readonly version: string;
  readonly uptime: number | null;
  readonly connections: number | null;
  readonly memory: { readonly total: number; readonly free: number };
  readonly lastReportedAt: string;
}

const seconds = (name: string): Family => ({ name: `${name}_seconds`, unit: "seconds" });
const bytes = (name: string): Family => ({ name: `${name}_bytes`, unit: "bytes" });
const plain = (name: string): Family => ({ name, unit: "" });

const OF_INSTANCES: readonly (readonly [family: Family, help: string, of: (instance: Instance) => number | null])[] = [
  [
    bytes("tidemark_instance_memory"),
    "Memory of the host of one instance.",
    (instance): number => instance.memory.total,
  ],
  [
    bytes("tidemark_instance_memory_free"),
    "Free memory of the host of one instance.",
    (instance): number => instance.memory.free,
  ],
  [
    plain("tidemark_instance_connections"),
    "Connections that one instance reported.",
    (instance): number | null => instance.connections,
  ],
  [
    seconds("tidemark_instance_uptime"),
    "For how long one instance had been running when it reported.",
    (instance): number | null => instance.uptime,
  ],
  [
    seconds("tidemark_instance_last_report_timestamp"),
    "When one instance last reported.",
    (instance): number | null => secondsOf(instance.lastReportedAt),
  ],
];

/** A document lists a hundred instances at most, so this is bounded. */
const instances = ({ workspace, instances: { list } }: Document): readonly Metric[] => {
  const known = list as readonly Instance[];
  return [
    {
      ...plain("tidemark_instance_info"),
      type: "gauge",
      help: "Always 1; its labels tell of one instance.",
      samples: known.map(({ id, version }) => ({ labels: { workspace, instance_id: id, version }, value: 1 })),
    },
    ...OF_INSTANCES.map(([family, help, of]): Metric => ({
      ...family,
      type: "gauge",
      help,
      samples: known.map((instance) => ({ labels: { workspace, instance_id: instance.id }, value: of(instance) })),
    })),
  ];
};

const service = ({ document, lastSuccessAt, lagMs, missingHours }: Exposed, labels: Labels): readonly Metric[] => [
  {
    ...seconds("tidemark_reading_timestamp"),
    type: "gauge",
    help: "As of when the levels hold.",
    samples: [{ labels, value: secondsOf(document.takenAt) }],
  },
  {
    ...seconds("tidemark_last_success_timestamp"),
    type: "gauge",
    help: "When an hour was last closed.",
    samples: [{ labels, value: lastSuccessAt === null ? null : lastSuccessAt / 1_000 }],
  },
  {
    ...seconds("tidemark_hour_lag"),
    type: "gauge",
    help: "Time since the end of the last closed hour.",
    samples: [{ labels, value: lagMs / 1_000 }],
  },
  {
    ...plain("tidemark_missing_hours"),
    type: "counter",
    help: "Hours that nobody observed.",
    samples: [{ labels, value: missingHours }],
  },
];

const unusual = ({ anomalies }: Exposed, labels: Labels): readonly Metric[] => [
  {
    ...plain("tidemark_anomalies"),
    type: "gauge",
    help: "Statistics of the last closed hour that are far from usual for their hour of the week.",
    samples: [{ labels, value: anomalies?.length ?? null }],
  },
  {
    ...plain("tidemark_anomaly_deviation"),
    type: "gauge",
    help: "How far such a statistic is from its median, in scaled deviations; below zero when it is below.",
    samples: (anomalies ?? []).map(({ statistic, deviation, direction }) => ({
      labels: { ...labels, statistic },
      value: direction === "below" ? -deviation : deviation,
    })),
  },
];

/** The exposition: gauges without timestamps, so that every scrape is as of its own time. Ends in `# EOF`. */
export const metricsBody = (exposed: Exposed, format: Format): string => {
  const labels = { workspace: exposed.document.workspace };
  const metrics = [
    ...statistics(exposed.document, labels),
    ...instances(exposed.document),
    ...service(exposed, labels),
    ...unusual(exposed, labels),
  ];
  return `${[...metrics.flatMap((metric) => linesOf(metric, format)), "# EOF"].join("\n")}\n`;
};

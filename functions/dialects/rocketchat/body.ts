import { isFields } from "../../core/fields.ts";
import { digestOf, type Document, valueIn } from "../../core/document.ts";
import { STATISTICS } from "../../core/statistic.ts";
import { bounded } from "./bounded.ts";
import { dateText } from "./date-text.ts";
import { known } from "./known.ts";
import { project, type Projection } from "./projection.ts";

/** `nested` is the classic answer, with the record under `statistics`; `flat` is today's. */
export type Shape = "nested" | "flat";

type Fields = Record<string, unknown>;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const ID_CHARACTERS = 17;

/** A record's id, as long as Rocket.Chat's: the same document has the same one. */
const idOf = ({ workspace, kind, hour, takenAt, revision }: Document): string => {
  const digest = digestOf(Buffer.from(JSON.stringify([workspace, kind, hour ?? takenAt, revision])));
  const bytes = Buffer.from(digest.slice(digest.indexOf(":") + 1), "hex");
  return [...bytes.subarray(0, ID_CHARACTERS)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
};

const nest = (fields: Fields, path: readonly string[], value: unknown): void => {
  const [name = "", ...rest] = path;
  if (rest.length === 0) {
    fields[name] = value;
    return;
  }
  const inner = isFields(fields[name]) ? { ...fields[name] } : {};
  nest(inner, rest, value);
  fields[name] = inner;
};

/** Times that today's Rocket.Chat turns into text on the way out; the others stay ISO dates. */
const SPELT_OUT: readonly string[] = ["lastLogin", "lastSeenSubscription"];

const valueFor = (field: string, value: number | string, shape: Shape): number | string =>
  shape === "flat" && SPELT_OUT.includes(field) ? dateText(Date.parse(String(value))) : value;

const MS = 1_000;

/** An instance as a document lists it. */
interface ListedInstance {
  readonly uptime?: number | null;
  readonly lastReportedAt?: string;
}

/**
 * How long the process had been running when the record was made, in seconds. A live instance said so some seconds
 * before, and `createdAt` less this is to be when it started.
 */
const uptimeAt = ({ takenAt, instances }: Document, reported: unknown): unknown => {
  const { uptime, lastReportedAt } = (instances.list[0] ?? {}) as ListedInstance;
  if (typeof reported !== "number" || uptime !== reported || lastReportedAt === undefined) return reported;
  return (Math.round(reported * MS) + Math.max(Date.parse(takenAt) - Date.parse(lastReportedAt), 0)) / MS;
};

const processOf = (document: Document): Fields | null => {
  const { process: said } = document.deployment;
  return isFields(said) ? known({ ...said, uptime: uptimeAt(document, said["uptime"]) }) : null;
};

/** What upstream says of its licence; without one it is not known whether the chat server has one of its own. */
const enterpriseOf = ({ license }: Document): Fields | null => {
  if (!isFields(license)) return null;
  const { modules, tags } = license;
  const names = Array.isArray(tags) ? tags.map((tag: unknown) => (isFields(tag) ? tag["name"] : tag)) : [];
  return { modules: Array.isArray(modules) ? modules : [], tags: names };
};

/** Of federation upstream counts more, which nobody here knows. */
const federationOf = ({ federation }: Document): Fields | null =>
  isFields(federation) && typeof federation["enabled"] === "boolean" ? { enabled: federation["enabled"] } : null;

const deploymentFields = (document: Document): { readonly first: Fields; readonly last: Fields } => {
  const { id, installedAt, version, os, deploy, migration, commit, database, appsEngineVersion } = document.deployment;
  const { version: mongoVersion, engine: mongoStorageEngine } = isFields(database) ? database : {};
  return {
    first: known({ uniqueId: id, installedAt, version }),
    last: known({
      os,
      process: processOf(document),
      deploy,
      migration,
      commit,
      apps: appsEngineVersion === null ? null : { engineVersion: appsEngineVersion },
      mongoVersion,
      mongoStorageEngine,
      enterprise: enterpriseOf(document),
      matrixFederation: federationOf(document),
    }),
  };
};

/** The record of a document, in the order of Rocket.Chat's own example. */
export const recordOf = (document: Document, shape: Shape): Fields => {
  const { first, last } = deploymentFields(document);
  const record: Fields = { _id: idOf(document), ...first };
  const counted = STATISTICS.flatMap(({ name, rocketchat = [] }) => {
    const value = valueIn(document, name);
    return value === null ? [] : rocketchat.map((field) => ({ field, value: valueFor(field, value, shape) }));
  });
  const isNested = ({ field }: { readonly field: string }): boolean => field.includes(".");
  for (const { field, value } of counted.filter((one) => !isNested(one))) record[field] = value;
  Object.assign(record, last);
  for (const { field, value } of counted.filter(isNested)) nest(record, field.split("."), value);
  return { ...withPassedOn(record, document), createdAt: document.takenAt, _updatedAt: document.takenAt };
};

/** What the polled server told beside what is ours to tell, after it; within one field, both. */
const withPassedOn = (record: Fields, { upstream }: Document): Fields => {
  if (!isFields(upstream)) return record;
  const passedOn = Object.entries(upstream).flatMap(([name, told]): [string, unknown][] => {
    const ours = record[name];
    if (ours === undefined) return [[name, told]];
    return isFields(ours) && isFields(told) ? [[name, { ...told, ...ours }]] : [];
  });
  return { ...record, ...Object.fromEntries(passedOn) };
};

/** The answer of `GET /api/v1/statistics`. */
export const statisticsBody = (document: Document, shape: Shape): string => {
  const record = recordOf(document, shape);
  return JSON.stringify(shape === "flat" ? { ...record, success: true } : { statistics: record, success: true });
};

/** A page of records: `total` is how many there are in all, and `offset` how many were passed over before these. */
export interface RecordPage {
  readonly documents: readonly Document[];
  readonly offset: number;
  readonly total: number;
  readonly fields: Projection | undefined;
}

/** The answer of `GET /api/v1/statistics.list`; `count` says how many it holds, which may be fewer than were asked for. */
export const listBody = ({ documents, offset, total, fields }: RecordPage, shape: Shape): string => {
  const records = bounded(documents, (document) => {
    const record = recordOf(document, shape);
    return JSON.stringify(fields === undefined ? record : project(record, fields));
  });
  return `{"statistics":[${records.join(",")}],"count":${records.length},"offset":${offset},"total":${total},"success":true}`;
};

/** What became of a webhook's payload. */
export interface FeedTaken {
  readonly accepted: number;
  readonly replayed: boolean;
  readonly refused: readonly { readonly code: string; readonly detail: string }[];
}

/** The answer to a webhook. Never with `text` or `attachments`: the server would post them into the room. */
export const feedTaken = ({ accepted, replayed, refused }: FeedTaken): string =>
  JSON.stringify({
    success: true,
    accepted,
    replayed,
    refused: refused.map(({ code, detail }) => ({ code, detail })),
  });

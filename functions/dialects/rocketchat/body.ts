import { digestOf, type Document, valueIn } from "../../core/snapshot.ts";
import { STATISTICS } from "../../core/statistic.ts";
import { dateText } from "./date-text.ts";

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

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object without unknown values: in this dialect a field that is not known is absent. */
const known = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));

const nest = (fields: Fields, path: readonly string[], value: unknown): void => {
  const [name = "", ...rest] = path;
  if (rest.length === 0) {
    fields[name] = value;
    return;
  }
  const inner = isObject(fields[name]) ? { ...fields[name] } : {};
  nest(inner, rest, value);
  fields[name] = inner;
};

/** Times that today's Rocket.Chat turns into text on the way out; the others stay ISO dates. */
const SPELT_OUT: readonly string[] = ["lastLogin", "lastSeenSubscription"];

const valueFor = (field: string, value: number | string, shape: Shape): number | string =>
  shape === "flat" && SPELT_OUT.includes(field) ? dateText(Date.parse(String(value))) : value;

const deploymentFields = ({ deployment }: Document): { readonly first: Fields; readonly last: Fields } => {
  const { id, installedAt, version, os, process, deploy, migration, commit, database, appsEngineVersion } = deployment;
  const { version: mongoVersion, engine: mongoStorageEngine } = isObject(database) ? database : {};
  return {
    first: known({ uniqueId: id, installedAt, version }),
    last: known({
      os,
      process: isObject(process) ? known(process) : null,
      deploy,
      migration,
      commit,
      apps: appsEngineVersion === null ? null : { engineVersion: appsEngineVersion },
      mongoVersion,
      mongoStorageEngine,
    }),
  };
};

/** The record of a document, in the order of Rocket.Chat's own example. */
const recordOf = (document: Document, shape: Shape): Fields => {
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
  return { ...record, createdAt: document.takenAt, _updatedAt: document.takenAt };
};

/** The answer of `GET /api/v1/statistics`. */
export const statisticsBody = (document: Document, shape: Shape): string => {
  const record = recordOf(document, shape);
  return JSON.stringify(shape === "flat" ? { ...record, success: true } : { statistics: record, success: true });
};

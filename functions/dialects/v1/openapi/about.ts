import type { DescribedOperation } from "../../../core/description.ts";
import {
  anyObject,
  arrayOf,
  named,
  object,
  oneOf,
  only,
  orNull,
  type Schema,
  text,
} from "../../../core/json-schema.ts";
import { definitions, ROLL_UPS, WINDOWS } from "../definitions.ts";

const DIALECT_FIELDS: Schema = object({
  rocketchat: arrayOf(text("Field; dots nest.")),
  imkit: arrayOf(text("Field.")),
});
const LABEL = orNull(text("Wording on the Info page."));

const STATISTIC: Schema = object({
  name: text("The API's name; dots nest in documents."),
  kind: oneOf(Object.keys(ROLL_UPS), "How it moves."),
  unit: text("What is counted."),
  window: oneOf(Object.values(WINDOWS), "What the value is about."),
  rollUp: oneOf([...new Set(Object.values(ROLL_UPS))], "How values of hours become that of a longer time."),
  definition: text("What it is, in one sentence."),
  label: LABEL,
  hasBaseline: {
    type: "boolean",
    description: "Whether an hour of the week has a usual value: `/v1/baseline` tells it, alerts can watch it.",
  },
  dialects: DIALECT_FIELDS,
});

/** Bodies that tell of the service itself, by name. */
export const ABOUT_SCHEMAS: Readonly<Record<string, Schema>> = {
  Definitions: object({
    statistics: arrayOf(named("Definition"), "Every number that is counted."),
    information: arrayOf(named("InformationDefinition"), "What documents tell beside numbers."),
  }),
  Definition: STATISTIC,
  InformationDefinition: object({
    name: text("The API's name; dots nest in documents."),
    definition: text("What it is, in one sentence."),
    label: LABEL,
    dialects: DIALECT_FIELDS,
  }),
  ProcessHealth: object({ status: only("ok") }),
  OpenApi: anyObject("An OpenAPI 3.1 document."),
};

const SLUG = {
  name: "slug",
  in: "path",
  description: "The last part of a problem's `type`.",
  schema: { type: "string" },
  example: "snapshot-missing",
} as const;

const page = { "text/html": { schema: text("A page of HTML."), examples: { page: "<!doctype html>…" } } } as const;

/** What the API tells about itself, to everybody. */
export const ABOUT_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "GET /v1/definitions": {
    area: "About",
    summary: "Read what every number means",
    description: "Every statistic with its unit, its window, its definition and its names in the dialects.",
    answers: {
      200: {
        description: "The definitions.",
        body: {
          "application/json": {
            schema: named("Definitions"),
            examples: { definitions: { statistics: definitions().slice(0, 2), information: [] } },
          },
        },
      },
    },
  },
  "GET /problems/{slug}": {
    area: "About",
    summary: "Read what a problem means",
    description: "The page that a problem's `type` leads to: what it means, and what to do.",
    parameters: [SLUG],
    answers: { 200: { description: "The page.", body: page } },
    failures: ["route.unknown"],
  },
  "GET /openapi.json": {
    area: "About",
    summary: "Read this description",
    description: "This document, for the address it was asked at.",
    conditional: true,
    answers: {
      200: {
        description: "The document.",
        body: { "application/json": { schema: named("OpenApi"), examples: { document: { openapi: "3.1.1" } } } },
      },
    },
  },
  "GET /docs": {
    area: "About",
    summary: "Read this description as a page",
    description: "The same as a page to read; it needs no script and nothing from elsewhere.",
    conditional: true,
    answers: { 200: { description: "The page.", body: page } },
  },
  "GET /healthz": {
    area: "About",
    summary: "Ask whether the process is up",
    description: "Of the process alone: whether hours close is at `/v1/health`.",
    answers: {
      200: {
        description: "It is.",
        body: { "application/json": { schema: named("ProcessHealth"), examples: { up: { status: "ok" } } } },
      },
    },
  },
};

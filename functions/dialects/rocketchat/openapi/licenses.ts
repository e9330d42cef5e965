import type { DescribedOperation } from "../../../core/description.ts";
import { anyObject, arrayOf, flag, mapOf, named, object, only, type Schema, text } from "../../../core/json-schema.ts";

const AREA = "Rocket.Chat licences";

const INFO: Schema = object(
  {
    license: anyObject("The licence in upstream's shape, to those who may see settings; never its signed text."),
    activeModules: arrayOf(text("Module that is switched on.")),
    externalModules: arrayOf(object({ module: text("Module of somebody else."), external: only(true) })),
    preventedActions: mapOf({ type: "boolean" }, "Whether a limit is reached, by its name."),
    limits: mapOf(
      object({ max: { type: "number", description: "-1 for no limit." }, value: { type: "number" } }, ["value"]),
      "Limits by name, to those who may see settings.",
    ),
    tags: arrayOf(anyObject("Name and colour of a tag.")),
    trial: flag("Always false."),
    hasValidLicense: flag("Whether a licence is applied and valid now."),
  },
  ["license"],
);

const BODY = {
  "application/json": {
    schema: {
      ...object({ license: text("The signed text.", { minLength: 1 }) }),
      additionalProperties: false,
    },
    examples: { license: { license: "eyJhbGciOiJFZERTQSIsImtpZCI6Im9wczEifQ.…" } },
  },
} as const;

const DONE = {
  description: "The licence is good.",
  body: { "application/json": { schema: named("RocketchatDone"), examples: { done: { success: true } } } },
} as const;

/** Our own signed licences, as Rocket.Chat's clients apply and read them. */
export const LICENSE_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "GET /api/v1/licenses.info": {
    area: AREA,
    id: "rocketchatReadLicense",
    summary: "Read the licence",
    description: "What the applied licence allows.",
    parameters: [
      {
        name: "loadValues",
        in: "query",
        description: "Whether to count what is limited.",
        schema: { type: "string", enum: ["true", "false"], default: "false" },
        example: "true",
      },
    ],
    answers: {
      200: {
        description: "The licence.",
        body: {
          "application/json": {
            schema: object({ license: INFO, success: only(true) }),
            examples: {
              none: {
                license: {
                  activeModules: [],
                  externalModules: [],
                  preventedActions: { activeUsers: false },
                  limits: {},
                  tags: [],
                  trial: false,
                  hasValidLicense: false,
                },
                success: true,
              },
            },
          },
        },
      },
    },
    failures: ["parameter.invalid"],
  },
  "POST /api/v1/licenses.add": {
    area: AREA,
    id: "rocketchatApplyLicense",
    summary: "Apply a licence",
    description: "A refused one names every reason, and leaves the one before in force.",
    body: BODY,
    answers: { 200: DONE },
    failures: ["parameter.invalid", "license.refused", "license.duplicate"],
  },
  "POST /api/v1/licenses.validate": {
    area: AREA,
    id: "rocketchatValidateLicense",
    summary: "Try a licence",
    description: "Says whether it could be applied, and applies nothing.",
    body: BODY,
    answers: { 200: DONE },
    failures: ["parameter.invalid", "license.refused"],
  },
};

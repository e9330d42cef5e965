import * as z from "zod/mini";
import { LEAST_DAYS, MOST_DAYS } from "../../../core/retention.ts";
import { timeZoneNamed, type WorkspaceChange } from "../../../core/workspace-settings.ts";
import { federationChange } from "./federation.ts";
import { readBody } from "./read-body.ts";
import { upstreamChange } from "./source.ts";

const NAME_LENGTH = 200;
const MOST_CALLS = 10_000;

const CALLS = `give a whole number from 1 to ${MOST_CALLS}, or null for no limit`;
const DAYS = `give a whole number of days from ${LEAST_DAYS} to ${MOST_DAYS}`;
const ZONE = "give the name of a time zone such as Europe/Berlin";

const name = z
  .string("give a string")
  .check(
    z.minLength(1, "give at least one character"),
    z.maxLength(NAME_LENGTH, `give at most ${NAME_LENGTH} characters`),
  );
const timeZone = z.pipe(
  z.string(ZONE).check(z.refine((text) => timeZoneNamed(text) !== undefined, ZONE)),
  z.transform((text: string) => timeZoneNamed(text) ?? text),
);
const source = z.enum(["events", "imkit", "rocketchat"], "give events, imkit or rocketchat");

/** Of `PATCH /v1/workspace`: a JSON merge patch (RFC 7396). What is left out stays; what is not listed is refused. */
export const workspaceChange = z.strictObject({
  name: z.optional(name),
  timeZone: z.optional(timeZone),
  source: z.optional(source),
  rocketchat: z.optional(
    z.strictObject({
      shape: z.optional(z.enum(["nested", "flat"], "give nested or flat")),
      callsPerMinute: z.optional(z.nullable(z.int(CALLS).check(z.minimum(1, CALLS), z.maximum(MOST_CALLS, CALLS)))),
    }),
  ),
  imkit: z.optional(z.strictObject({ echoKeys: z.optional(z.boolean("give true or false")) })),
  retention: z.optional(
    z.strictObject({
      people: z.optional(z.enum(["keep", "hash", "counts"], "give keep, hash or counts")),
      afterDays: z.optional(z.int(DAYS).check(z.minimum(LEAST_DAYS, DAYS), z.maximum(MOST_DAYS, DAYS))),
    }),
  ),
  federation: z.optional(z.nullable(federationChange)),
  upstream: z.optional(z.nullable(upstreamChange)),
});

/**
 * The body of `PATCH /v1/workspace`.
 * @throws Failure `parameter.invalid`, naming the members.
 */
export const workspaceChangeOf = (body: unknown): WorkspaceChange => readBody(workspaceChange, body);

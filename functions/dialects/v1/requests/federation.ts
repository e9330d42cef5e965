import * as z from "zod/mini";
import { domainOf } from "../../../core/domain.ts";
import { DISCOVERIES, type Discovery } from "../../../core/federation.ts";
import { readBody } from "./read-body.ts";

const ASKED = "give a public domain such as example.org, neither an address nor localhost";

const domain = z.pipe(
  z.string("give a domain as a string").check(z.refine((text) => domainOf(text) !== undefined, ASKED)),
  z.transform((text: string) => domainOf(text) ?? text),
);
const discovery = z.enum(DISCOVERIES, `give ${DISCOVERIES.join(" or ")}`);

/** The member `federation` of `PATCH /v1/workspace`: what to change; what is left out stays, and a null domain is none. */
export const federationChange = z.strictObject({
  enabled: z.optional(z.boolean("give true or false")),
  domain: z.optional(z.nullable(domain)),
  discovery: z.optional(discovery),
});

/** Of `POST /v1/federation/check`. */
export const check = z.strictObject({ domain: z.optional(domain), discovery: z.optional(discovery) });

/**
 * The body of `POST /v1/federation/check`: what to try before it is set. What is left out is as the workspace has it.
 * @throws Failure `parameter.invalid`.
 */
export const federationCheckOf = (
  body: unknown,
): { readonly domain?: string | undefined; readonly discovery?: Discovery | undefined } => readBody(check, body);

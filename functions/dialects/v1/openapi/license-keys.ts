import type { DescribedOperation } from "../../../core/description.ts";
import { arrayOf, mapOf, named, object, oneOf, type Schema, text } from "../../../core/json-schema.ts";
import { idParameter, json } from "./body.ts";
import { newLicenseKey } from "../requests/licenses.ts";
import { requestSchema } from "./request-schema.ts";

/** Bodies of the keys that licences are checked with, by name. */
export const LICENSE_KEY_SCHEMAS: Readonly<Record<string, Schema>> = {
  LicenseKey: object({
    id: text("The key's thumbprint (RFC 7638)."),
    algorithm: oneOf(["EdDSA", "RS256"], "What it checks signatures of."),
    jwk: mapOf({ type: "string" }, "The public key as a JSON Web Key (RFC 7517)."),
  }),
};

const KEY = {
  id: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
  algorithm: "EdDSA",
  jwk: { crv: "Ed25519", kty: "OKP", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" },
} as const;

/** Public keys that licences are checked with. */
export const LICENSE_KEY_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "GET /v1/license-keys": {
    area: "Licence keys",
    summary: "List licence keys",
    description: "Public keys that licences of every workspace are checked with.",
    answers: {
      200: {
        description: "The keys.",
        body: json(object({ keys: arrayOf(named("LicenseKey")) }), { keys: [KEY] }),
      },
    },
  },
  "POST /v1/license-keys": {
    area: "Licence keys",
    summary: "Register a licence key",
    description: "A public key; a private one is refused, because it has no business on a server.",
    body: json(requestSchema(newLicenseKey), { jwk: KEY.jwk }),
    answers: { 201: { description: "The key is registered.", body: json(named("LicenseKey"), KEY) } },
    failures: ["parameter.invalid"],
  },
  "DELETE /v1/license-keys/{id}": {
    area: "Licence keys",
    summary: "Remove a licence key",
    description: "Licences that it checked stay as they were applied; new ones are refused.",
    parameters: [idParameter("The key's thumbprint.", KEY.id)],
    answers: { 204: { description: "It is gone." } },
  },
};

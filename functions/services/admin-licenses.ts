import { algorithmOf } from "../core/license-key.ts";
import { licenseKeyOf } from "../dialects/v1/requests/licenses.ts";
import { type Answer, jsonAnswer } from "../edge/answer.ts";
import type { Request } from "../edge/http.ts";
import { jsonOf } from "../edge/json-body.ts";
import type { RequestBody } from "../edge/request-body.ts";
import type { LicenseKey } from "../ports/licenses.ts";
import { registerLicenseKey, removeLicenseKey } from "../tasks/manage-license-keys.ts";
import type { Parts } from "../tasks/parts.ts";
import { CREATED, NO_CONTENT, UNKEPT } from "./v1-asked.ts";
import type { Caller } from "./v1-caller.ts";

const shown = ({ id, jwk }: LicenseKey): object => ({ id, algorithm: algorithmOf(jwk), jwk });

const operatorOf = (caller: Caller | undefined): Caller["credential"] => {
  if (caller === undefined) throw new Error("the route is for operators and got none");
  return caller.credential;
};

/** Keys that licences are checked with: the operator's, for every workspace. */
export const licenseKeyOperations = (parts: Parts) => ({
  listLicenseKeys: async (): Promise<Answer> => {
    const keys = await parts.licenseKeys.list();
    return jsonAnswer(JSON.stringify({ keys: keys.map(shown) }), UNKEPT);
  },

  registerLicenseKey: async (_request: Request, caller: Caller | undefined, body: RequestBody): Promise<Answer> => {
    const key = await registerLicenseKey(parts)(operatorOf(caller), licenseKeyOf(jsonOf(body.bytes)));
    return jsonAnswer(JSON.stringify(shown(key)), UNKEPT, CREATED);
  },

  removeLicenseKey: async ({ path }: Request, caller: Caller | undefined): Promise<Answer> => {
    await removeLicenseKey(parts)(operatorOf(caller), path["id"] ?? "");
    return { status: NO_CONTENT };
  },
});

import { asksForValues, licenseInfoBody, licenseTextOf, refusedLicense } from "../dialects/rocketchat/licenses.ts";
import { jsonAnswer } from "../edge/answer.ts";
import { jsonOf } from "../edge/json-body.ts";
import { applyLicense } from "../tasks/apply-license.ts";
import { validateLicense } from "../tasks/judge-license.ts";
import type { Parts } from "../tasks/parts.ts";
import { readLicense } from "../tasks/read-license.ts";
import { asUser } from "./rocketchat-caller.ts";

const DONE = JSON.stringify({ success: true });
const BAD_REQUEST = 400;

/** Upstream's `view-privileged-setting`: who may change such settings may see them. */
const MAY_SEE_SETTINGS = "edit-privileged-setting";

/** Licences as Rocket.Chat's clients apply and read them. */
export const licenseOperations = (parts: Parts) => ({
  readLicense: asUser(async ({ query }, { workspace, credential }) =>
    jsonAnswer(
      licenseInfoBody({
        ...(await readLicense(parts)(workspace)),
        withValues: asksForValues(query),
        maySeeSettings: credential.scopes.includes(MAY_SEE_SETTINGS),
      }),
    ),
  ),

  applyLicense: asUser(async (_request, { workspace, credential }, body) => {
    await applyLicense(parts)(workspace.id, credential, licenseTextOf(jsonOf(body.bytes)));
    return jsonAnswer(DONE);
  }),

  validateLicense: asUser(async (_request, { workspace }, body) => {
    const judgement = await validateLicense(parts)(workspace, licenseTextOf(jsonOf(body.bytes)));
    return judgement.outcome === "refused"
      ? jsonAnswer(JSON.stringify(refusedLicense(judgement.reasons)), {}, BAD_REQUEST)
      : jsonAnswer(DONE);
  }),
});

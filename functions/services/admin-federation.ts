import { shownCheck } from "../core/federation.ts";
import { federationCheckOf } from "../dialects/v1/requests/federation.ts";
import { jsonAnswer } from "../edge/answer.ts";
import { jsonOf } from "../edge/json-body.ts";
import type { Parts } from "../tasks/parts.ts";
import { type AdminOperations, inWorkspace, UNKEPT } from "./v1-asked.ts";

/** The check of a federation; its settings are the workspace's. */
export const federationOperations = (parts: Parts): Pick<AdminOperations, "checkFederation"> => ({
  checkFederation: inWorkspace(async ({ workspace, body }) => {
    // What asks other servers is asked for itself once in a while.
    const { checkFederation } = await import("../tasks/check-federation.ts");
    const { check, isKept } = await checkFederation(parts)(workspace, federationCheckOf(jsonOf(body.bytes)));
    const { domain, discovery } = check;
    return jsonAnswer(JSON.stringify({ domain, discovery, ...shownCheck(check), kept: isKept }), UNKEPT);
  }),
});

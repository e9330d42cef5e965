import { alertsBody } from "../dialects/v1/bodies/alerts.ts";
import { alertRulesOf } from "../dialects/v1/requests/alerts.ts";
import { etagOf, jsonAnswer } from "../edge/answer.ts";
import { jsonOf } from "../edge/json-body.ts";
import { type AlertsNow, readAlerts, setAlerts } from "../tasks/manage-alerts.ts";
import type { Parts } from "../tasks/parts.ts";
import { type AdminOperations, inWorkspace, UNKEPT } from "./v1-asked.ts";

const bodyOf = (workspace: string, { rules, standings }: AlertsNow): string => alertsBody(workspace, rules, standings);

/** What a workspace wants to be told of. */
export const alertOperations = (parts: Parts): Pick<AdminOperations, "readAlerts" | "setAlerts"> => ({
  readAlerts: inWorkspace(async ({ workspace: { id } }) => {
    const body = bodyOf(id, await readAlerts(parts)(id));
    return jsonAnswer(body, { etag: etagOf(body) });
  }),
  setAlerts: inWorkspace(async ({ workspace: { id }, caller, body }) => {
    const rules = alertRulesOf(jsonOf(body.bytes));
    return jsonAnswer(bodyOf(id, await setAlerts(parts)(id, caller.credential, rules)), UNKEPT);
  }),
});

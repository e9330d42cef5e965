import { VERSION } from "../core/version.ts";
import type { Workspace } from "../core/workspace.ts";
import { listBody, recordOf } from "../dialects/rocketchat/body.ts";
import { infoBody, shortInfoBody } from "../dialects/rocketchat/info.ts";
import { instancesBody } from "../dialects/rocketchat/instances.ts";
import { compareBy, sortKeyOf } from "../dialects/rocketchat/order.ts";
import { type ListQuery, listQuery } from "../dialects/rocketchat/query.ts";
import { checkTelemetry } from "../dialects/rocketchat/telemetry.ts";
import { jsonAnswer } from "../edge/answer.ts";
import { jsonOf } from "../edge/json-body.ts";
import { listInstances } from "../tasks/list-instances.ts";
import { type Listed, listPublished, listSorted } from "../tasks/list-published.ts";
import type { Parts } from "../tasks/parts.ts";
import { readLatest } from "../tasks/read-latest.ts";
import { readPublicVersion } from "../tasks/read-version.ts";
import { asUser, type RocketchatOperations } from "./rocketchat-caller.ts";

const SUCCESS = JSON.stringify({ success: true });

const listed = async (
  parts: Parts,
  { id, rocketchat }: Workspace,
  { offset, count, order }: ListQuery,
): Promise<Listed> => {
  if (!("keys" in order)) return listPublished(parts)(id, { offset, count, ...order });
  const { keys } = order;
  const keyOf = (document: Listed["documents"][number]): readonly unknown[] =>
    sortKeyOf(recordOf(document, rocketchat.shape), keys);
  return listSorted(parts)(id, { offset, count }, { keyOf, compare: compareBy(keys) });
};

const infoOperation = (parts: Parts): RocketchatOperations["readInfo"] => {
  const readVersion = readPublicVersion(parts);
  return async (_request, caller) => {
    if (caller === undefined) return jsonAnswer(shortInfoBody(await readVersion(), VERSION));
    const { document } = await readLatest(parts)(caller.workspace);
    return caller.credential.scopes.includes("view-statistics")
      ? jsonAnswer(infoBody(document.deployment, VERSION))
      : jsonAnswer(shortInfoBody(document.deployment.version, VERSION));
  };
};

/** Past statistics, instances and what the server says of itself, as Rocket.Chat's clients read them. */
export const listedOperations = (
  parts: Parts,
): Pick<RocketchatOperations, "listStatistics" | "takeTelemetry" | "listInstances" | "readInfo"> => ({
  listStatistics: asUser(async ({ query }, { workspace }) => {
    const asked = listQuery(query);
    const { documents, total } = await listed(parts, workspace, asked);
    const { offset, fields } = asked;
    return jsonAnswer(listBody({ documents, offset, total, fields }, workspace.rocketchat.shape));
  }),
  // Accepted and not counted: upstream lets any user raise any number among its settings by this, and none of what its
  // clients count by it is a statistic here.
  takeTelemetry: asUser(async (_request, _caller, { bytes }) => {
    checkTelemetry(jsonOf(bytes));
    return jsonAnswer(SUCCESS);
  }),
  listInstances: asUser(async (_request, { workspace }) =>
    jsonAnswer(instancesBody(await listInstances(parts)(workspace.id))),
  ),
  readInfo: infoOperation(parts),
});

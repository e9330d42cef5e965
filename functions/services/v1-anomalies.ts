import { anomaliesBody, baselineBody } from "../dialects/v1/bodies/anomalies.ts";
import { baselineQuery } from "../dialects/v1/queries/anomalies.ts";
import { cursorOf, listQuery } from "../dialects/v1/query.ts";
import { etagOf, jsonAnswer } from "../edge/answer.ts";
import type { Parts } from "../tasks/parts.ts";
import { inWorkspace, type V1Operations } from "./v1-asked.ts";

const anomalyTasks = () => import("../tasks/read-anomalies.ts");

/** What is usual, and what was not. */
export const anomalyOperations = (parts: Parts): Pick<V1Operations, "listAnomalies" | "readBaseline"> => ({
  listAnomalies: inWorkspace(async ({ request, workspace }) => {
    const { readAnomalies } = await anomalyTasks();
    const { next, ...page } = await readAnomalies(parts)(workspace.id, listQuery(request.query));
    const body = anomaliesBody(workspace.id, page, next === undefined ? undefined : cursorOf(next));
    return jsonAnswer(body, { etag: etagOf(body) });
  }),
  readBaseline: inWorkspace(async ({ request, workspace }) => {
    const asked = baselineQuery(request.query);
    const { readBaseline } = await anomalyTasks();
    const body = baselineBody(workspace.id, asked.statistic, await readBaseline(parts)(workspace.id, asked));
    return jsonAnswer(body, { etag: etagOf(body) });
  }),
});

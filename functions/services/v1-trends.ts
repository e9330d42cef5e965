import { activityBody, summaryBody } from "../dialects/v1/bodies/trends.ts";
import { activityQuery, periodQuery, zoneQuery } from "../dialects/v1/queries/trends.ts";
import { etagOf, jsonAnswer } from "../edge/answer.ts";
import type { Parts } from "../tasks/parts.ts";
import { defaultRange } from "../tasks/read-history.ts";
import { summarizePeriod } from "../tasks/summarize-period.ts";
import { inWorkspace, type V1Operations } from "./v1-asked.ts";

/** What the history comes to. */
export const trendOperations = (parts: Parts): Pick<V1Operations, "readSummary" | "readActivity"> => ({
  readSummary: inWorkspace(async ({ request, workspace }) => {
    const body = summaryBody(workspace.id, await summarizePeriod(parts)(workspace.id, periodQuery(request.query)));
    return jsonAnswer(body, { etag: etagOf(body) });
  }),
  readActivity: inWorkspace(async ({ request, workspace }) => {
    const timeZone = zoneQuery(request.query) ?? workspace.timeZone;
    const range = activityQuery(request.query, (await defaultRange(parts)(workspace.id)).to);
    const { readActivity } = await import("../tasks/read-activity.ts");
    const activity = await readActivity(parts)(workspace.id, { ...range, timeZone });
    const body = activityBody(workspace.id, { ...range, timeZone, ...activity });
    return jsonAnswer(body, { etag: etagOf(body) });
  }),
});

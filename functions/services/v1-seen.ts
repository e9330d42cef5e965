import { hourName } from "../core/hour.ts";
import { hourOfPath } from "../dialects/v1/query.ts";
import { seenCursor, seenQuery } from "../dialects/v1/queries/seen.ts";
import { jsonAnswer } from "../edge/answer.ts";
import type { Parts } from "../tasks/parts.ts";
import { readSeen } from "../tasks/read-seen.ts";
import { inWorkspace, UNKEPT, type V1Operations } from "./v1-asked.ts";

/** Who was seen in an hour: ids of people, so nobody keeps them on the way. */
export const seenOperations = (parts: Parts): Pick<V1Operations, "readSeen"> => ({
  readSeen: inWorkspace(async ({ request, workspace }) => {
    const hour = hourOfPath(request.path["hour"] ?? "");
    const { count, users, next } = await readSeen(parts)(workspace.id, hour, seenQuery(request.query));
    const more = next === undefined ? {} : { next: seenCursor(next) };
    return jsonAnswer(JSON.stringify({ workspace: workspace.id, hour: hourName(hour), count, users, ...more }), UNKEPT);
  }),
});

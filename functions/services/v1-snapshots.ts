import { startOf } from "../core/hour.ts";
import { isoOf } from "../core/instant.ts";
import { documentIn } from "../core/document.ts";
import { allZeroFilled } from "../core/zero-filled.ts";
import { historyPage } from "../dialects/v1/bodies/history.ts";
import { snapshotsBody } from "../dialects/v1/body.ts";
import { historyQuery, historyRange } from "../dialects/v1/queries/history.ts";
import { cursorOf, hourOfPath, listQuery, revisionQuery } from "../dialects/v1/query.ts";
import { etagOf, jsonAnswer } from "../edge/answer.ts";
import type { Request } from "../edge/http.ts";
import type { Parts } from "../tasks/parts.ts";
import { defaultRange, historyRows } from "../tasks/read-history.ts";
import { listSnapshots, readSnapshot } from "../tasks/read-statistics.ts";
import { inWorkspace, type V1Operations } from "./v1-asked.ts";

/** Where the rest of a history is (RFC 8288); the end is named, because by then there may be more. */
const goesOn = ({ query }: Request, from: string, to: string): string => {
  const rest = new URLSearchParams(query);
  rest.set("from", from);
  rest.set("to", to);
  return `</v1/history?${rest.toString()}>; rel="next"`;
};

/** What was published, as it was and as series. */
export const snapshotOperations = (
  parts: Parts,
): Pick<V1Operations, "listSnapshots" | "readSnapshot" | "readHistory"> => ({
  listSnapshots: inWorkspace(async ({ request, workspace }) => {
    const { snapshots, next } = await listSnapshots(parts)(workspace.id, listQuery(request.query));
    const listed = snapshots.map(({ hour, revision, sha256, bytes }) => ({
      hour,
      revision,
      sha256,
      document: documentIn(bytes),
    }));
    return jsonAnswer(snapshotsBody(listed, next === undefined ? undefined : cursorOf(next)));
  }),
  readSnapshot: inWorkspace(async ({ request, workspace }) => {
    const hour = hourOfPath(request.path["hour"] ?? "");
    const { bytes } = await readSnapshot(parts)(workspace.id, hour, revisionQuery(request.query));
    return jsonAnswer(Buffer.from(bytes).toString(), { etag: etagOf(bytes) });
  }),
  readHistory: inWorkspace(async ({ request, workspace }) => {
    const asked = historyQuery(request.query, workspace.timeZone);
    const range = historyRange(asked, await defaultRange(parts)(workspace.id));
    const { statistics, interval, timeZone, format, fill } = asked;
    const found = await historyRows(parts)(workspace.id, { statistics, interval, timeZone, ...range });
    const rows = fill === "zero" ? allZeroFilled(found, statistics) : found;
    const history = { workspace: workspace.id, interval, timeZone, ...range, statistics, rows };
    const { contentType, body, next } = historyPage(history, format);
    const link = next === undefined ? {} : { link: goesOn(request, next, isoOf(startOf(range.to))) };
    return { status: 200, headers: { "content-type": contentType, ...link }, body };
  }),
});

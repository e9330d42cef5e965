import { parseImkitReport } from "../core/imkit-report.ts";
import { reportTaken } from "../dialects/imkit/body.ts";
import { jsonAnswer } from "../edge/answer.ts";
import { jsonOf } from "../edge/json-body.ts";
import type { Parts } from "../tasks/parts.ts";
import { takeReport } from "../tasks/take-report.ts";
import type { ImkitOperations } from "./imkit-caller.ts";

/** What IMKit servers report of themselves, once an hour. */
export const reportOperations = (parts: Parts): Pick<ImkitOperations, "takeReport"> => ({
  takeReport: async (_request, { workspace }, body) => {
    await takeReport(parts)(workspace, parseImkitReport(jsonOf(body.bytes), parts.clock()));
    return jsonAnswer(reportTaken(), { "cache-control": "no-store" });
  },
});

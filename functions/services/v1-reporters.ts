import { isId } from "../core/event-field.ts";
import { Failure } from "../core/failure.ts";
import { reporterBody, reportersBody } from "../dialects/v1/bodies/reporters.ts";
import { reporterCursor, reportersQuery } from "../dialects/v1/queries/reporters.ts";
import { jsonAnswer } from "../edge/answer.ts";
import type { Parts } from "../tasks/parts.ts";
import { listReporters, readReporter } from "../tasks/read-reporters.ts";
import { inWorkspace, UNKEPT, type V1Operations } from "./v1-asked.ts";

/** Who was heard when. */
export const reporterOperations = (parts: Parts): Pick<V1Operations, "listReporters" | "readReporter"> => ({
  listReporters: inWorkspace(async ({ request, workspace }) => {
    const { reporters, next } = await listReporters(parts)(workspace.id, reportersQuery(request.query));
    return jsonAnswer(reportersBody(reporters, next === undefined ? undefined : reporterCursor(next)), UNKEPT);
  }),
  readReporter: inWorkspace(async ({ request, workspace }) => {
    const source = request.path["source"] ?? "";
    if (!isId(source))
      throw new Failure("parameter.invalid", "The source is not the id of a reporter.", { parameter: "source" });
    return jsonAnswer(reporterBody(await readReporter(parts)(workspace.id, source)), UNKEPT);
  }),
});

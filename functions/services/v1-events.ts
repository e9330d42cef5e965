import { importQuery } from "../dialects/v1/query.ts";
import { jsonAnswer } from "../edge/answer.ts";
import type { Parts } from "../tasks/parts.ts";
import { limitBatches } from "./call-limits.ts";
import { ingestBatch } from "./ingest-batch.ts";
import { inWorkspace, UNKEPT, type V1Operations } from "./v1-asked.ts";

/** What senders send. */
export const eventOperations = (parts: Parts, log: (line: object) => void): Pick<V1Operations, "ingestEvents"> => {
  const ingest = ingestBatch(parts, log);
  const limit = limitBatches(parts);
  return {
    ingestEvents: inWorkspace(async ({ request, workspace, caller, body }) => {
      await limit(caller.credential);
      const answer = await ingest({
        requestId: request.id,
        workspace: workspace.id,
        credential: caller.credential,
        idempotencyKey: request.headers["idempotency-key"],
        import: importQuery(request.query),
        body,
      });
      return jsonAnswer(JSON.stringify(answer), UNKEPT);
    }),
  };
};

import { UnreadableLine } from "../core/batch.ts";
import type { Credential } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import { batchIdOf, type Item, itemsOfArray, itemsOfLines } from "../dialects/v1/batch.ts";
import { jsonOf, textOf } from "../edge/json-body.ts";
import { hashOfBody, type RequestBody } from "../edge/request-body.ts";
import { type Answer, ingestEvents } from "../tasks/ingest-events.ts";
import { nameOf } from "../tasks/note-act.ts";
import type { Parts } from "../tasks/parts.ts";
import { leavingTrail } from "./trail.ts";

/** A batch as it came in: who sends it into which workspace. */
export interface Sent {
  readonly requestId: string;
  readonly workspace: string;
  readonly credential: Credential;
  readonly idempotencyKey: string | undefined;
  readonly import: string | undefined;
  readonly body: RequestBody;
}

const itemsOf = ({ bytes, mediaType }: RequestBody): readonly Item[] =>
  mediaType === "application/x-ndjson" ? itemsOfLines(textOf(bytes)) : itemsOfArray(jsonOf(bytes));

/** Ids are made up by senders, so one sender's must not hit another's. */
const SCOPE_CHARACTERS = 16;

/**
 * Counts a batch; its id is the sender's own, and answers name it so.
 * @throws Failure `body.malformed`, `batch.*`, and those of {@link ingestEvents}.
 */
export const ingestBatch = (parts: Parts, log: (line: object) => void): ((sent: Sent) => Promise<Answer>) => {
  const ingest = ingestEvents(parts);
  return async ({ requestId, workspace, credential, idempotencyKey, import: importId, body }) => {
    const bodyHash = hashOfBody(body);
    const id = batchIdOf(idempotencyKey, bodyHash);
    // The same events sent elsewhere are another batch: what is too old outside of an import is wanted in it.
    const content = importId === undefined ? bodyHash : `${importId}:${bodyHash}`;
    const events = itemsOf(body).map((item) => ("value" in item ? item.value : new UnreadableLine(item.unreadable)));
    try {
      const batch = {
        workspace,
        id: `${credential.hash.slice(0, SCOPE_CHARACTERS)}:${batchIdOf(idempotencyKey, content)}`,
        bodyHash: content,
        events,
        mayAdjust: credential.scopes.includes("admin"),
        by: nameOf(credential),
        import: importId,
      };
      const answer = await leavingTrail(log, { requestId, workspace, batch: id }, (tell) => ingest(batch, tell));
      return { ...answer, batch: id };
    } catch (error) {
      if (error instanceof Failure && "batch" in error.details)
        throw new Failure(error.code, error.message, { ...error.details, batch: id }, error);
      throw error;
    }
  };
};

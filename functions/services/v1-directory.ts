import type { DirectoryKind } from "../core/directory.ts";
import { Failure } from "../core/failure.ts";
import { mustTake } from "../core/pause.ts";
import { listedLines, type SyncQuery, syncQuery } from "../dialects/v1/requests/directory.ts";
import { type Answer, jsonAnswer } from "../edge/answer.ts";
import { textOf } from "../edge/json-body.ts";
import type { Parts } from "../tasks/parts.ts";
import { commitList, keepListPage } from "../tasks/sync-directory.ts";
import { type Asked, inWorkspace, UNKEPT, type V1Operations } from "./v1-asked.ts";

const SYNC_ID_CHARACTERS = 20;

/** The whole list in one body is a list of one page under an id of ours. */
const named = (parts: Parts, asked: SyncQuery): SyncQuery & { readonly id: string } =>
  asked.id === undefined
    ? { ...asked, id: parts.secret(SYNC_ID_CHARACTERS), page: 1, commit: 1 }
    : { ...asked, id: asked.id };

/** The full lists of users and rooms. */
export const directoryOperations = (parts: Parts): Pick<V1Operations, "putUsers" | "putRooms"> => {
  const keep = keepListPage(parts);
  const commit = commitList(parts);
  const put =
    (kind: DirectoryKind) =>
    async ({ request, workspace, body }: Asked): Promise<Answer> => {
      mustTake(workspace);
      const { id, page, commit: pages, at, mayBeEmpty } = named(parts, syncQuery(request.query));
      const list = { workspace: workspace.id, kind, id };
      const lines = listedLines(textOf(body.bytes), kind, parts.clock());
      if (page !== undefined) await keep({ ...list, page, at, lines });
      else if (lines.length > 0)
        throw new Failure("parameter.invalid", "The body holds lines: number them as a page of the list.", {
          parameter: "page",
        });
      const answer =
        pages === undefined
          ? { sync: id, page, received: lines.length, committed: false }
          : await commit({ ...list, pages, mayBeEmpty });
      return jsonAnswer(JSON.stringify(answer), UNKEPT);
    };
  return { putUsers: inWorkspace(put("user")), putRooms: inWorkspace(put("room")) };
};

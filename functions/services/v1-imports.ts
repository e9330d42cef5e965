import { isId } from "../core/event-field.ts";
import { Failure } from "../core/failure.ts";
import { openingOf, throughOf } from "../dialects/v1/request.ts";
import { jsonAnswer } from "../edge/answer.ts";
import { jsonOf } from "../edge/json-body.ts";
import { abandonImport, finishImport, openImport } from "../tasks/import-past.ts";
import { nameOf } from "../tasks/note-act.ts";
import type { Parts } from "../tasks/parts.ts";
import { tellingOf } from "./trail.ts";
import { type Asked, CREATED, inWorkspace, NO_CONTENT, UNKEPT, type V1Operations } from "./v1-asked.ts";

const importOf = ({ request }: Asked): string => {
  const id = request.path["id"] ?? "";
  if (!isId(id)) throw new Failure("import.missing", "There is no import of this id.");
  return id;
};

/** The past, as a workspace brings it along. */
export const importOperations = (
  parts: Parts,
  log: (line: object) => void,
): Pick<V1Operations, "openImport" | "finishImport" | "abandonImport"> => ({
  openImport: inWorkspace(async ({ workspace, caller, body }) => {
    const { id } = await openImport(parts)(workspace.id, openingOf(jsonOf(body.bytes)), nameOf(caller.credential));
    return jsonAnswer(JSON.stringify({ id }), UNKEPT, CREATED);
  }),
  finishImport: inWorkspace(async (asked) => {
    const through = throughOf(jsonOf(asked.body.bytes));
    const { hours, remaining } = await finishImport(tellingOf(parts, log))(
      asked.workspace,
      importOf(asked),
      through,
      nameOf(asked.caller.credential),
    );
    return jsonAnswer(JSON.stringify({ hours, remaining }), UNKEPT);
  }),
  abandonImport: inWorkspace(async (asked) => {
    await abandonImport(parts)(asked.workspace.id, importOf(asked), nameOf(asked.caller.credential));
    return { status: NO_CONTENT, headers: UNKEPT };
  }),
});

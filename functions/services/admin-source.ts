import { sourceBody, sourceCheckBody } from "../dialects/v1/bodies/source.ts";
import { sourceCheckOf, upstreamCredentialOf } from "../dialects/v1/requests/source.ts";
import { jsonAnswer } from "../edge/answer.ts";
import { jsonOf } from "../edge/json-body.ts";
import { keepUpstreamCredential, trySource } from "../tasks/manage-source.ts";
import { noteAct } from "../tasks/note-act.ts";
import type { Parts } from "../tasks/parts.ts";
import { mustMayAllow } from "./allow-private.ts";
import { type AdminOperations, inWorkspace, NO_CONTENT, UNKEPT } from "./v1-asked.ts";

/** Where a workspace's numbers come from. A credential goes in and never comes out. */
export const sourceOperations = (
  parts: Parts,
): Pick<AdminOperations, "readSource" | "checkSource" | "keepUpstreamCredential" | "removeUpstreamCredential"> => ({
  readSource: inWorkspace(async ({ workspace }) => {
    const kept = await parts.upstreamCredentials.find(workspace.id);
    const lastPoll = await parts.polls.find(workspace.id);
    return jsonAnswer(sourceBody(workspace, kept?.origin ?? null, lastPoll), UNKEPT);
  }),
  checkSource: inWorkspace(async ({ workspace, caller, body }) => {
    const trial = sourceCheckOf(jsonOf(body.bytes));
    mustMayAllow(caller, trial.upstream);
    const { source, ...tried } = await trySource(parts)(workspace, trial);
    return jsonAnswer(sourceCheckBody(source, tried), UNKEPT);
  }),
  keepUpstreamCredential: inWorkspace(async ({ workspace, caller, body }) => {
    const { origin } = await keepUpstreamCredential(parts)(workspace, upstreamCredentialOf(jsonOf(body.bytes)));
    await noteAct(parts)(workspace.id, caller.credential, "upstream-credential.kept", { origin });
    return { status: NO_CONTENT, headers: UNKEPT };
  }),
  removeUpstreamCredential: inWorkspace(async ({ workspace, caller }) => {
    await parts.upstreamCredentials.remove(workspace.id);
    await noteAct(parts)(workspace.id, caller.credential, "upstream-credential.removed");
    return { status: NO_CONTENT, headers: UNKEPT };
  }),
});

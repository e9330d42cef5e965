import { Failure } from "../core/failure.ts";
import {
  type ForgetParts,
  type Forgetting,
  type Forgotten,
  PSEUDONYM,
  PSEUDONYM_CHARACTERS,
  Run,
} from "./forget-everywhere.ts";
import { hashOf } from "./hash-ids.ts";

const ACT_ID_CHARACTERS = 17;

const noteDone = async (parts: ForgetParts, workspace: string, { found, left }: Forgotten): Promise<void> => {
  if (Object.values(found).every((times) => times === 0)) return;
  await parts.audit.note({
    workspace,
    id: parts.secret(ACT_ID_CHARACTERS),
    at: parts.clock(),
    by: "the operator's command",
    action: "user.forgotten",
    details: { ...found, left },
  });
};

/**
 * Makes a workspace forget a user: one new pseudonym, which is kept nowhere, takes the place of the id in everything
 * that is stored, so that no number changes, and no union of days. Published documents hold no ids. A run that was cut
 * short goes on with its pseudonym when it is asked for again; another one finds nothing to do. Safe while the
 * workspace is used, but for events that name the user: whoever sends one makes them known anew.
 * @throws Failure `workspace.missing`, `store.busy`.
 */
export const forgetUser =
  (parts: ForgetParts) =>
  async (asked: Forgetting): Promise<Forgotten> => {
    const { workspace, userId, isDry } = asked;
    const head = await parts.hours.head(workspace);
    if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
    const fresh = `${PSEUDONYM}${parts.secret(PSEUDONYM_CHARACTERS)}`;
    const pseudonym = isDry ? fresh : await parts.forgettings.begin(workspace, userId, fresh);
    const hash = head.hashed && (await hashOf(parts, workspace));
    const run = new Run(parts, asked, { id: userId, pseudonym }, hash);
    const lanes = head.positions.length;
    await run.user();
    await run.rooms();
    // In the order in which things are made of one another, so that nothing brings the id back.
    await run.bodies("list", lanes);
    await run.bodies("report", lanes);
    await run.bodies("segment", lanes);
    if (!isDry) await parts.people.turn(workspace);
    await run.bodies("delta", lanes);
    await run.bodies("sets", lanes);
    // Days are made of sets, weeks and months of days: whoever read one of them before loses, and reads again.
    for (let pass = 0; pass < 2; pass++) {
      if (isDry && pass > 0) break;
      if (!isDry) await parts.people.turn(workspace);
      await run.bodies("union", lanes);
    }
    await run.bodies("firsts", lanes);
    await run.strays();
    const forgotten: Forgotten = { found: run.found, left: run.left };
    if (isDry) return forgotten;
    await noteDone(parts, workspace, forgotten);
    if (forgotten.left === 0) await parts.forgettings.end(workspace, userId);
    return forgotten;
  };

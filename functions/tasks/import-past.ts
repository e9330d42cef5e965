import { skipMissing } from "../core/passing.ts";
import { addAmounts } from "../core/delta.ts";
import { Failure } from "../core/failure.ts";
import type { Head, ImportState } from "../core/head.ts";
import { endOf, type Hour, hourName, hourOf } from "../core/hour.ts";
import { mustTake } from "../core/pause.ts";
import type { Amounts } from "../core/statistic.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Act } from "../ports/audit.ts";
import { closeNext } from "./close-next.ts";
import { type CloseParts, finishSettling, settleAll } from "./settle-head.ts";
import { orOvertaken, untilOurs } from "./overtaken.ts";
import { findWorkspace } from "./find-workspace.ts";
import { foldLog } from "./fold-log.ts";
import type { Parts } from "./parts.ts";
import { usualHours } from "./usual-hours.ts";

/** Hours that one call closes. */
const HOURS_IN_A_SLICE = 400;

const changeHead = (
  parts: Pick<Parts, "log" | "hours" | "snapshots" | "pauseByChance">,
  workspace: string,
  change: (head: Head) => Head,
  actsOf: (before: Head) => readonly Act[] = () => [],
): Promise<Head> =>
  untilOurs(parts, async () => {
    // Folded first, so that the change is made in sight of all that was acknowledged.
    const head = await foldLog(parts)(workspace);
    return orOvertaken(await parts.hours.advance(workspace, change(head), new Map(), actsOf(head)));
  });

const open = (head: Head, id: string): ImportState => {
  if (head.import === null || head.import.id !== id)
    throw new Failure("import.missing", `Import ${id} is not open.`, { import: id });
  return head.import;
};

/** What the audit trail keeps of an import: its opening balance moves totals as an adjustment does. */
const actOf = (
  parts: Pick<Parts, "clock">,
  workspace: string,
  action: "import.opened" | "import.finished" | "import.abandoned",
  { id, by, opening }: { readonly id: string; readonly by: string; readonly opening: Amounts },
): Act => ({ workspace, id: `${id}-${action}`, at: parts.clock(), by, action, details: { import: id, opening } });

/** Who acts where nobody is named. */
const SOMEBODY = "an administrator";

/**
 * Opens an import: until it is finished, events of any past time are taken under it and no hour closes.
 * @param opening levels before the first imported hour.
 * @param by who opens it, in words for the audit trail.
 * @throws Failure `import.not-empty` when an hour has closed, `import.open` when one is open, `workspace.paused`.
 */
export const openImport =
  (parts: CloseParts & Pick<Parts, "secret">) =>
  async (workspace: string, opening: Amounts, by = SOMEBODY): Promise<{ readonly id: string }> => {
    mustTake(await findWorkspace(parts)(workspace));
    const id = parts.secret(16);
    const change = (head: Head): Head => {
      if (head.import !== null)
        throw new Failure("import.open", `Import ${head.import.id} is open: finish it first.`, {
          import: head.import.id,
        });
      if (head.closedThrough >= head.firstHour)
        throw new Failure("import.not-empty", "This workspace has closed hours: import into a new one, and switch.");
      const levels: Amounts = { ...head.totals.levels };
      addAmounts(levels, opening);
      return { ...head, totals: { ...head.totals, levels }, import: { id, through: null, lastHour: null, opening } };
    };
    await changeHead(parts, workspace, change, () => [actOf(parts, workspace, "import.opened", { id, by, opening })]);
    return { id };
  };

/**
 * Finishes an import in slices: closes its hours as imported, then declares those up to the first live one missing.
 * @param through last hour to fill; by default that of the last imported event, once that is over.
 * @param by who finishes it, in words for the audit trail; noted with the first slice.
 * @returns hours closed by this call, and how many remain; call again until none does.
 * @throws Failure `import.missing`, `hour.still-open`, `range.invalid`.
 */
export const finishImport =
  (parts: CloseParts) =>
  async (
    workspace: Workspace,
    id: string,
    through?: Hour,
    by = SOMEBODY,
  ): Promise<{ readonly hours: number; readonly remaining: number }> => {
    const now = parts.clock();
    const change = (head: Head): Head => {
      // The answer to the last slice may have been lost.
      if (head.imported === id) return head;
      const state = open(head, id);
      return state.through === null
        ? { ...head, import: { ...state, through: throughOf(head, state, through, now) } }
        : head;
    };
    const begun = await changeHead(parts, workspace.id, change, ({ import: state }) =>
      state?.id === id && state.through === null
        ? [actOf(parts, workspace.id, "import.finished", { id, by, opening: state.opening })]
        : [],
    );
    if (begun.imported === id) return { hours: 0, remaining: 0 };
    let hours = 0;
    return untilOurs(parts, async () => {
      let settled = await settleAll(parts, workspace.id);
      // The answer to this very call's last write may have been lost, so that it seemed to be another's.
      if (settled.head.imported === id) return { hours, remaining: 0 };
      const state = open(settled.head, id);
      // A batch may have come in between the last fold and the end of the import: its hours are filled, too.
      const last = Math.max(state.through as Hour, filledThrough(state, now));
      settled = { ...settled, head: { ...settled.head, import: { ...state, through: last } } };
      const usual = usualHours(parts, workspace.id, settled.head);
      while (settled.head.closedThrough < last && hours < HOURS_IN_A_SLICE) {
        const before = settled.head.closedThrough;
        settled = await closeNext(parts, workspace, settled, last - before, usual);
        hours += settled.head.closedThrough - before;
      }
      const remaining = Math.max(last - settled.head.closedThrough, 0);
      const head =
        remaining > 0
          ? settled.head
          : { ...(await skipToLive(parts, workspace, settled.head)), import: null, imported: id };
      await finishSettling(parts, workspace.id, { ...settled, head, isAhead: true });
      return { hours, remaining };
    });
  };

/** Declares the hours up to the first live one missing; what reporters sent late for them is booked. */
const skipToLive = async (parts: Pick<Parts, "hours">, workspace: Workspace, head: Head): Promise<Head> => {
  const from = head.closedThrough + 1;
  const to = hourOf(workspace.startsAt);
  return to <= from ? head : skipMissing(head, to, await parts.hours.deltasBetween(workspace.id, from, to));
};

/** The last hour that is over and that an event was imported for; the running one closes in its own time. */
const filledThrough = ({ lastHour }: ImportState, now: number): Hour =>
  lastHour === null ? -Infinity : Math.min(lastHour, hourOf(now) - 1);

const throughOf = (head: Head, state: ImportState, through: Hour | undefined, now: number): Hour => {
  if (through !== undefined && endOf(through) > now)
    throw new Failure("hour.still-open", `Hour ${hourName(through)} is not over yet: finish through an earlier one.`, {
      hour: hourName(through),
    });
  const filled = filledThrough(state, now);
  if (through !== undefined && through < filled)
    throw new Failure(
      "range.invalid",
      `Events were imported up to hour ${hourName(filled)}: finish through that hour or a later one.`,
      { lastHour: hourName(filled) },
    );
  return Math.max(through ?? filled, head.firstHour - 1);
};

/**
 * Gives up an import that has counted nothing, and takes its opening balance back.
 * @throws Failure `import.missing`, `import.not-empty`.
 */
export const abandonImport =
  (parts: CloseParts) =>
  async (workspace: string, id: string, by = SOMEBODY): Promise<void> => {
    const change = (head: Head): Head => {
      const state = open(head, id);
      if (state.lastHour !== null || state.through !== null)
        throw new Failure(
          "import.not-empty",
          "Events were counted under this import: finish it, or start over in a new workspace.",
        );
      const levels: Amounts = { ...head.totals.levels };
      addAmounts(levels, Object.fromEntries(Object.entries(state.opening).map(([name, amount]) => [name, -amount])));
      return { ...head, totals: { ...head.totals, levels }, import: null };
    };
    await changeHead(parts, workspace, change, (head) => [
      actOf(parts, workspace, "import.abandoned", { id, by, opening: head.import?.opening ?? {} }),
    ]);
  };

import type { Share } from "../core/share.ts";
import type { Work } from "../ports/work.ts";
import type { Parts } from "./parts.ts";

/** What spreading a run takes. */
export type DispatchParts = Pick<Parts, "workspaces"> & { readonly work: Work };

/** How a run was spread. */
export interface Dispatched {
  readonly workspaces: number;
  readonly messages: number;
}

/** Shares handed over at once; a run that ends in between starts again from the first workspace. */
const SHARES_AT_A_TIME = 100;

/** Puts every workspace into a share of a job. Doing it twice is no harm: jobs do what is done once. */
export const dispatchHours =
  (parts: DispatchParts) =>
  async (now: number, { workspacesPerMessage }: { readonly workspacesPerMessage: number }): Promise<Dispatched> => {
    let workspaces = 0;
    let messages = 0;
    let waiting: string[] = [];
    const send = async (count: number): Promise<void> => {
      const shares: Share[] = [];
      for (let at = 0; at < count; at += workspacesPerMessage)
        shares.push({ workspaces: waiting.slice(at, Math.min(at + workspacesPerMessage, count)), now, attempt: 1 });
      waiting = waiting.slice(count);
      if (shares.length > 0) await parts.work.send(shares);
      workspaces += count;
      messages += shares.length;
    };
    let after: string | undefined;
    do {
      const page = await parts.workspaces.list(after);
      waiting.push(...page.ids);
      while (waiting.length >= workspacesPerMessage * SHARES_AT_A_TIME)
        await send(workspacesPerMessage * SHARES_AT_A_TIME);
      after = page.next;
    } while (after !== undefined);
    await send(waiting.length);
    return { workspaces, messages };
  };

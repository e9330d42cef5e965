import type { Channel } from "../core/channel.ts";
import { claimed, delivered, type Delivery, dropped, failed, isDue, isSpent } from "../core/delivery.ts";
import type { Notice } from "../core/notice.ts";
import { reportNamed } from "../core/report-period.ts";
import { errorOf } from "../core/thrown.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Message, Sent } from "../ports/delivering.ts";
import type { Parts } from "./parts.ts";

/** What delivering takes. */
export type DeliverParts = Pick<Parts, "outbox" | "channels" | "senders" | "reportFiles" | "workspaces" | "clock">;

/** A delivery that was given up, for the log. */
export interface GivenUp {
  readonly delivery: string;
  readonly channel: string;
  readonly notice: string;
  readonly attempts: number;
  readonly why: string;
}

/** What became of a workspace's deliveries in one run. */
export interface Delivered {
  readonly delivered: number;
  /** Attempts that failed and will be made again. */
  readonly retrying: number;
  readonly givenUp: readonly GivenUp[];
  /** When the next attempt is due, milliseconds since 1970 UTC; undefined when nothing waits. */
  readonly nextAt: number | undefined;
}

/** One message takes part of a run's time; what is left over is due in the next. */
const MOST_IN_A_RUN = 50;

const EXTENSIONS = [
  { form: "html", contentType: "text/html" },
  { form: "csv", contentType: "text/csv" },
] as const;

/** A notice about a report takes its page and its files along; only mail has a use for them. */
const messageOf = async (
  parts: Pick<Parts, "reportFiles">,
  workspace: Workspace,
  notice: Notice,
  { target }: Channel,
  id: string,
): Promise<Message> => {
  const { report } = notice.data;
  const key = typeof report === "string" && target.kind === "email" ? reportNamed(report) : undefined;
  const told = { id, workspace: { id: workspace.id, name: workspace.name }, notice };
  if (key === undefined) return { ...told, html: undefined, attachments: [] };
  const files = await Promise.all(
    EXTENSIONS.map(async ({ form, contentType }) => ({
      name: `${workspace.id}-${key.kind}-${key.name}.${form}`,
      contentType,
      bytes: await parts.reportFiles.read(workspace.id, key, form),
    })),
  );
  const page = files[0]?.bytes;
  return {
    ...told,
    html: page === undefined ? undefined : Buffer.from(page).toString(),
    attachments: files.flatMap(({ bytes, ...file }) => (bytes === undefined ? [] : [{ ...file, bytes }])),
  };
};

const givenUpOf = ({ id, channel, notice, attempts, lastError }: Delivery): GivenUp => ({
  delivery: id,
  channel,
  notice,
  attempts,
  why: lastError ?? "nobody knows how its last attempt ended",
});

const attempt = async (send: () => Promise<Sent>): Promise<Sent> => {
  try {
    return await send();
  } catch (error) {
    // A sender of ours broke its word: told like any failure, and tried again.
    return { isTaken: false, why: `it could not be sent (${errorOf(error).name})`, isFinal: false };
  }
};

/**
 * Sends what is due of a workspace's outbox. Each delivery is claimed before it is sent, and its end is noted after: of
 * several that run at once one sends it, and what is killed in between is sent again under the same id, after its lease.
 * A network allows no more than that; docs/decisions/0037 says what a receiver may see.
 */
export const deliverNotices =
  (parts: DeliverParts) =>
  async (workspaceId: string): Promise<Delivered> => {
    const pending = await parts.outbox.pending(workspaceId);
    const now = parts.clock();
    const due = pending
      .filter((delivery) => isDue(delivery, now))
      .toSorted((a, b) => a.addedAt - b.addedAt || (a.id < b.id ? -1 : 1))
      .slice(0, MOST_IN_A_RUN);
    const ended = new Map<string, Delivery>();
    const workspace = due.length === 0 ? undefined : await parts.workspaces.find(workspaceId);
    if (workspace !== undefined) {
      const channels = new Map((await parts.channels.list(workspaceId)).map((channel) => [channel.id, channel]));
      for (const delivery of due) {
        const after = await deliver(parts, workspace, channels.get(delivery.channel), delivery);
        if (after !== undefined) ended.set(delivery.id, after);
      }
    }
    const all = [...ended.values()];
    const waiting = [...pending.filter(({ id }) => !ended.has(id)), ...all.filter(({ state }) => state === "pending")];
    return {
      delivered: all.filter(({ state }) => state === "delivered").length,
      retrying: all.filter(({ state }) => state === "pending").length,
      givenUp: all.filter(({ state }) => state === "failed").map(givenUpOf),
      nextAt: waiting.length === 0 ? undefined : Math.min(...waiting.map(({ dueAt }) => dueAt)),
    };
  };

/** One delivery; undefined when somebody else has it. */
const deliver = async (
  parts: DeliverParts,
  workspace: Workspace,
  channel: Channel | undefined,
  delivery: Delivery,
): Promise<Delivery | undefined> => {
  const end = async (before: Delivery, after: Delivery): Promise<Delivery | undefined> =>
    (await parts.outbox.replace(workspace.id, before, after)) ? after : undefined;
  if (channel === undefined) return end(delivery, dropped(delivery, parts.clock()));
  if (isSpent(delivery))
    return end(delivery, failed(delivery, delivery.lastError ?? "its last attempt never ended", true, parts.clock()));
  const mine = claimed(delivery, parts.clock());
  if (!(await parts.outbox.replace(workspace.id, delivery, mine))) return undefined;
  const notice = await parts.outbox.notice(workspace.id, delivery.notice);
  if (notice === undefined) return end(mine, failed(mine, "its notice is gone", true, parts.clock()));
  const message = await messageOf(parts, workspace, notice, channel, delivery.id);
  const sent = await attempt(() => parts.senders[channel.target.kind](channel, message, parts.clock()));
  const now = parts.clock();
  return end(mine, sent.isTaken ? delivered(mine, now) : failed(mine, sent.why, sent.isFinal, now));
};

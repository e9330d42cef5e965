import { takersOf } from "../core/channel.ts";
import { newDelivery } from "../core/delivery.ts";
import { isNoticeId, type Notice } from "../core/notice.ts";
import type { Parts } from "./parts.ts";

/**
 * Puts notices into the outbox, for every channel of the workspace that takes their topic; sending them is another's
 * task. A notice that is known already changes nothing: whoever follows something posts its notices and then moves its
 * own place on (see {@link Parts.outbox}).
 * @returns how many of them were new.
 */
export const postNotices =
  (parts: Pick<Parts, "channels" | "outbox" | "clock">) =>
  async (workspace: string, notices: readonly Notice[]): Promise<number> => {
    if (notices.length === 0) return 0;
    const channels = await parts.channels.list(workspace);
    const now = parts.clock();
    let added = 0;
    for (const notice of notices) {
      if (!isNoticeId(notice.id)) throw new Error(`${notice.id} is no id of a notice`);
      const deliveries = takersOf(channels, notice.topic).map((channel) =>
        newDelivery(workspace, notice, channel, now),
      );
      if (await parts.outbox.add(workspace, notice, deliveries, now)) added++;
    }
    return added;
  };

import type { Share } from "../../functions/core/share.ts";
import type { Work } from "../../functions/ports/work.ts";

/** A queue that keeps what it is sent, for the test to look at. */
export interface QueueInMemory extends Work {
  readonly sends: readonly { readonly shares: readonly Share[]; readonly delaySeconds: number }[];
  /** Every share, in the order of sending. */
  readonly shares: readonly Share[];
}

/** An empty {@link QueueInMemory}. */
export const queueInMemory = (): QueueInMemory => {
  const sends: { shares: readonly Share[]; delaySeconds: number }[] = [];
  return {
    sends,
    get shares() {
      return sends.flatMap(({ shares }) => shares);
    },
    send: async (shares, delaySeconds = 0) => {
      sends.push({ shares, delaySeconds });
    },
  };
};

import type { Delivery } from "../core/delivery.ts";
import type { Notice } from "../core/notice.ts";

/**
 * Notices on their way out. Their ids are made from what they tell of, so whoever follows something adds its notices
 * first and moves its own place on afterwards: killed in between it adds them again, which changes nothing. Both together
 * are as if done once, without a transaction over both.
 */
export interface Outbox {
  /**
   * Keeps a notice and its deliveries, all or nothing; one whose id is known already changes nothing, whatever it says.
   * Ids are known for 60 days from `now`, milliseconds since 1970 UTC.
   * @returns false when it was known.
   */
  add(workspace: string, notice: Notice, deliveries: readonly Delivery[], now: number): Promise<boolean>;
  /** Deliveries that are not at their end, strongly consistent, in no order. */
  pending(workspace: string): Promise<readonly Delivery[]>;
  /** The notice of an id. */
  notice(workspace: string, id: string): Promise<Notice | undefined>;
  /**
   * Puts a delivery in the place of a pending one, on condition that that is as it was read. One that came to its end is
   * kept among the finished ones for 60 days.
   * @returns false when somebody else was first.
   */
  replace(workspace: string, before: Delivery, after: Delivery): Promise<boolean>;
  /** Deliveries that came to their end, the latest first; `after` is the cursor of the page before. */
  finished(
    workspace: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ readonly deliveries: readonly Delivery[]; readonly next: string | undefined }>;
}

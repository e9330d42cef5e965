import type { Announcement } from "../core/announcement.ts";

/** Where published snapshots are announced to whoever wants to react. */
export interface Announcements {
  /**
   * Announces all of them, at least once each: after a crash some are announced again, under the same id.
   * @throws when one of them was not taken; nothing is followed past it, so the next run tries again.
   */
  announce(announcements: readonly Announcement[]): Promise<void>;
}

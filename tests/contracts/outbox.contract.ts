import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Channel } from "../../functions/core/channel.ts";
import { claimed, delivered, type Delivery, failed, newDelivery } from "../../functions/core/delivery.ts";
import type { Notice } from "../../functions/core/notice.ts";
import type { Outbox } from "../../functions/ports/outbox.ts";
import type { Store } from "../support/store.ts";

const NOW = Date.parse("2026-11-21T09:08:00Z");
const notice = (id: string, title = "Messages are up"): Notice => ({
  id,
  topic: "alert",
  at: NOW,
  title,
  lines: ["Twice as many as usual."],
  data: { statistic: "messages.sent", value: 12 },
});
const channel = (id: string): Channel => ({
  id,
  label: id,
  topics: ["alert"],
  target: { kind: "email", addresses: ["ops@example.com"] },
  createdAt: 1,
});
const toAll = (one: Notice, ...channels: readonly string[]): Delivery[] =>
  channels.map((id) => newDelivery("acme", one, channel(id), NOW));

/** What every outbox has to do. */
export const outboxContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the outbox in ${adapter}`, () => {
    let store: Store;
    let outbox: Outbox;
    beforeEach(async () => {
      store = await open();
      ({ outbox } = store.parts);
    });
    afterEach(() => store.close());

    it("keeps a notice and its deliveries", async () => {
      const one = notice("alert/messages.sent/2026-11-21T09");
      const deliveries = toAll(one, "a", "b");
      expect(await outbox.add("acme", one, deliveries, NOW)).toBe(true);
      const other = store.connect().outbox;
      expect(await other.notice("acme", one.id)).toEqual(one);
      expect(await other.pending("acme")).toEqual(expect.arrayContaining(deliveries));
      expect(await other.pending("acme")).toHaveLength(2);
      expect(await other.pending("other")).toEqual([]);
      expect(await other.notice("other", one.id)).toBeUndefined();
    });

    it("changes nothing for a notice that is known, whatever it says and to whom", async () => {
      await outbox.add("acme", notice("a"), toAll(notice("a"), "x"), NOW);
      const before = await store.contents();
      expect(await outbox.add("acme", notice("a", "Something else"), toAll(notice("a"), "x", "y"), NOW + 1)).toBe(
        false,
      );
      expect(await store.contents()).toEqual(before);
    });

    it("adds a notice once when 8 add it at once", async () => {
      const added = await Promise.all(
        Array.from({ length: 8 }, () => store.connect().outbox.add("acme", notice("a"), toAll(notice("a"), "x"), NOW)),
      );
      expect(added.filter(Boolean)).toHaveLength(1);
      expect(await outbox.pending("acme")).toHaveLength(1);
    });

    it("knows a notice that nobody takes, too", async () => {
      expect(await outbox.add("acme", notice("a"), [], NOW)).toBe(true);
      expect(await outbox.add("acme", notice("a"), toAll(notice("a"), "x"), NOW)).toBe(false);
    });

    it("lets one of 8 who claim a delivery have it", async () => {
      const [waiting] = toAll(notice("a"), "x") as [Delivery];
      await outbox.add("acme", notice("a"), [waiting], NOW);
      const won = await Promise.all(
        Array.from({ length: 8 }, (_, at) =>
          store.connect().outbox.replace("acme", waiting, claimed(waiting, NOW + at)),
        ),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
    });

    it("puts nothing in the place of a delivery that has changed since, or came to its end", async () => {
      const [waiting] = toAll(notice("a"), "x") as [Delivery];
      await outbox.add("acme", notice("a"), [waiting], NOW);
      const mine = claimed(waiting, NOW);
      expect(await outbox.replace("acme", waiting, mine)).toBe(true);
      expect(await outbox.replace("acme", waiting, delivered(waiting, NOW + 1))).toBe(false);
      expect(await outbox.pending("acme")).toEqual([mine]);
      expect(await outbox.replace("acme", mine, delivered(mine, NOW + 1))).toBe(true);
      expect(await outbox.replace("acme", mine, failed(mine, "too late", false, NOW + 2))).toBe(false);
      expect(await outbox.pending("acme")).toEqual([]);
    });

    it("lists what came to its end, the latest first, page by page", async () => {
      const ends = ["a", "b", "c"].map((id, at) => ({ id, at: NOW + at }));
      for (const { id, at } of ends) {
        const [waiting] = toAll(notice(id), "x") as [Delivery];
        await outbox.add("acme", notice(id), [waiting], NOW);
        await outbox.replace("acme", waiting, delivered(waiting, at));
      }
      const first = await outbox.finished("acme", { limit: 2 });
      expect(first.deliveries.map((one) => one.notice)).toEqual(["c", "b"]);
      const rest = await outbox.finished("acme", { limit: 2, after: first.next });
      expect(rest.deliveries.map((one) => one.notice)).toEqual(["a"]);
      expect(rest.next).toBeUndefined();
    });

    it("gives nothing an expiry before its end, and 60 days to what is known and what was delivered", async () => {
      const [waiting] = toAll(notice("a"), "x") as [Delivery];
      await outbox.add("acme", notice("a"), [waiting], NOW);
      expect((await store.contents()).filter((item) => item.includes("expiresAt"))).toHaveLength(1);
      await outbox.replace("acme", waiting, delivered(waiting, NOW));
      const until = `"expiresAt":${NOW / 1_000 + 60 * 86_400}`;
      expect((await store.contents()).filter((item) => item.includes(until))).toHaveLength(2);
    });
  });
};

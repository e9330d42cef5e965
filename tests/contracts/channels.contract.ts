import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Channel } from "../../functions/core/channel.ts";
import type { Act } from "../../functions/ports/audit.ts";
import type { Channels } from "../../functions/ports/channels.ts";
import type { Store } from "../support/store.ts";

const channel = (id: string): Channel => ({
  id,
  label: `Channel ${id}`,
  topics: ["alert"],
  target: { kind: "webhook", url: `https://hooks.example.com/${id}`, allowPrivate: false },
  createdAt: 1,
});
const act = (id: string): Act => ({
  workspace: "acme",
  id,
  at: Date.parse("2026-11-21T09:00:00Z"),
  by: "key «x»",
  action: "channel.added",
  details: {},
});
const adding =
  (id: string) =>
  (channels: readonly Channel[]): readonly Channel[] => [...channels, channel(id)];

/** What every keeper of channels has to do. */
export const channelsContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the channels in ${adapter}`, () => {
    let store: Store;
    let channels: Channels;
    beforeEach(async () => {
      store = await open();
      ({ channels } = store.parts);
    });
    afterEach(() => store.close());

    it("has none at first", async () => {
      expect(await channels.list("acme")).toEqual([]);
    });

    it("keeps them in their order, workspace by workspace, and notes each act", async () => {
      for (const id of ["b", "a"]) await channels.change("acme", adding(id), act(id));
      expect(await store.connect().channels.list("acme")).toEqual([channel("b"), channel("a")]);
      expect(await channels.list("other")).toEqual([]);
      const { acts } = await store.parts.audit.list("acme", { from: 0, to: Date.parse("2027-01-01"), limit: 9 });
      expect(acts.map(({ id }) => id)).toEqual(["b", "a"]);
    });

    it("leaves everything as it is when the change throws", async () => {
      await channels.change("acme", adding("a"), act("a"));
      const before = await store.contents();
      const refusing = channels.change(
        "acme",
        () => {
          throw new Error("refused");
        },
        act("b"),
      );
      await expect(refusing).rejects.toThrow("refused");
      expect(await store.contents()).toEqual(before);
    });

    it("keeps all of 8 that come at once", async () => {
      const ids = Array.from({ length: 8 }, (_, at) => String(at));
      await Promise.all(ids.map((id) => store.connect().channels.change("acme", adding(id), act(id))));
      expect((await channels.list("acme")).map(({ id }) => id).toSorted()).toEqual(ids);
    });
  });
};

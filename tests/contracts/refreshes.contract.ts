import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Refreshes } from "../../functions/ports/refreshes.ts";
import type { Store } from "../support/store.ts";

const LIMITS = { leaseMs: 30_000, cooldownMs: 10_000 };
const NOW = Date.parse("2026-11-21T09:30:00Z");

/** What everything that coordinates refreshes has to do. */
export const refreshesContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the refreshes in ${adapter}`, () => {
    let store: Store;
    let refreshes: Refreshes;
    beforeEach(async () => {
      store = await open();
      ({ refreshes } = store.parts);
    });
    afterEach(() => store.close());

    /** Somebody else each time, unless it says who. */
    const begin = (at: number, owner = `at ${at}`): ReturnType<Refreshes["begin"]> =>
      refreshes.begin("acme", { owner, at }, LIMITS);
    const OTHER = "somebody else";

    it("lets one of 16 begin who come at once", async () => {
      const states = await Promise.all(
        Array.from({ length: 16 }, (_, who) =>
          store.connect().refreshes.begin("acme", { owner: `${who}`, at: NOW }, LIMITS),
        ),
      );
      expect(states.filter(({ state }) => state === "begun")).toHaveLength(1);
      expect(states.filter(({ state }) => state === "running")).toEqual(
        Array.from({ length: 15 }, () => ({ state: "running", startedAt: NOW })),
      );
    });

    it("keeps workspaces apart", async () => {
      await begin(NOW);
      expect(await refreshes.begin("other", { owner: OTHER, at: NOW }, LIMITS)).toEqual({ state: "begun" });
    });

    it("holds others off while it runs, and says since when", async () => {
      await begin(NOW);
      expect(await begin(NOW + LIMITS.leaseMs - 1)).toEqual({ state: "running", startedAt: NOW });
    });

    it("lets another begin once the lease of one that never ended has run out", async () => {
      await begin(NOW);
      expect(await begin(NOW + LIMITS.leaseMs)).toEqual({ state: "begun" });
      expect(await begin(NOW + LIMITS.leaseMs + 1)).toEqual({ state: "running", startedAt: NOW + LIMITS.leaseMs });
    });

    it("cools down from its begin, once it has ended", async () => {
      await begin(NOW);
      await refreshes.end("acme", `at ${NOW}`);
      expect(await begin(NOW, OTHER)).toEqual({ state: "cooling", startedAt: NOW });
      expect(await begin(NOW + LIMITS.cooldownMs - 1)).toEqual({ state: "cooling", startedAt: NOW });
      expect(await begin(NOW + LIMITS.cooldownMs)).toEqual({ state: "begun" });
    });

    it("has no cooldown when none is asked for", async () => {
      for (const at of [NOW, NOW + 1]) {
        const claim = { owner: `${at}`, at };
        expect(await refreshes.begin("acme", claim, { leaseMs: 30_000, cooldownMs: 0 })).toEqual({ state: "begun" });
        await refreshes.end("acme", claim.owner);
      }
    });

    it("is not ended by one whose lease ran out", async () => {
      await begin(NOW);
      await begin(NOW + LIMITS.leaseMs);
      await refreshes.end("acme", `at ${NOW}`);
      expect((await begin(NOW + LIMITS.leaseMs + 1)).state).toBe("running");
    });

    it("may be ended where none was begun", async () => {
      await refreshes.end("acme", `at ${NOW}`);
      expect(await begin(NOW)).toEqual({ state: "begun" });
    });

    it("lets one of 16 begin whose clocks differ a little", async () => {
      const states = await Promise.all(
        Array.from({ length: 16 }, (_, at) =>
          store.connect().refreshes.begin("acme", { owner: `${at}`, at: NOW + ((at * 7) % 16) }, LIMITS),
        ),
      );
      expect(states.filter(({ state }) => state === "begun")).toHaveLength(1);
    });

    it("holds off one whose clock is a little behind the holder's", async () => {
      await begin(NOW);
      expect(await begin(NOW - 1)).toEqual({ state: "running", startedAt: NOW });
      await refreshes.end("acme", `at ${NOW}`);
      expect(await begin(NOW - 1)).toEqual({ state: "cooling", startedAt: NOW });
    });

    it("lets its holder go on who was not told that it has the lease, and asks again", async () => {
      expect(await begin(NOW)).toEqual({ state: "begun" });
      expect(await begin(NOW)).toEqual({ state: "begun" });
      expect(await begin(NOW, OTHER)).toEqual({ state: "running", startedAt: NOW });
      await refreshes.end("acme", `at ${NOW}`);
      expect(await begin(NOW)).toEqual({ state: "cooling", startedAt: NOW });
    });

    it("is ended by its owner alone, even when another began at the same instant", async () => {
      await begin(NOW);
      await refreshes.end("acme", OTHER);
      expect((await begin(NOW, OTHER)).state).toBe("running");
    });

    it("is not locked for ever by a clock that was set back", async () => {
      await begin(NOW + 86_400_000);
      expect(await begin(NOW)).toEqual({ state: "begun" });
    });
  });
};

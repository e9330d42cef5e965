import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Calls } from "../../functions/ports/calls.ts";
import type { Store } from "../support/store.ts";

const WINDOW = Date.parse("2026-11-21T12:00:00Z");
const MINUTE = 60_000;

/** What everything that counts calls has to do. */
export const callsContract = (adapter: string, open: () => Promise<Store>): void => {
  describe(`the calls counted in ${adapter}`, () => {
    let store: Store;
    let calls: Calls;
    beforeEach(async () => {
      store = await open();
      ({ calls } = store.parts);
    });
    afterEach(() => store.close());

    it("counts from one", async () => {
      for (const expected of [1, 2, 3]) expect(await calls.count("login ann", WINDOW, MINUTE)).toBe(expected);
    });

    it("counts several at once", async () => {
      expect(await calls.count("login ann", WINDOW, MINUTE, 20)).toBe(20);
      expect(await store.connect().calls.count("login ann", WINDOW, MINUTE)).toBe(21);
      expect(await calls.counted("login ann", WINDOW)).toBe(21);
    });

    it("keeps subjects and windows apart", async () => {
      await calls.count("login ann", WINDOW, MINUTE);
      expect(await calls.count("login bob", WINDOW, MINUTE)).toBe(1);
      expect(await calls.count("login ann", WINDOW + MINUTE, MINUTE)).toBe(1);
      expect(await calls.count("login ann", WINDOW, MINUTE)).toBe(2);
    });

    it("gives each of 64 at once, from many processes, a number of its own", async () => {
      const counted = await Promise.all(
        Array.from({ length: 8 }, () => store.connect().calls).flatMap((one) =>
          Array.from({ length: 8 }, () => one.count("login ann", WINDOW, MINUTE)),
        ),
      );
      expect(counted.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, at) => at + 1));
    });

    it("tells how many were counted, and takes back no more than were", async () => {
      expect(await calls.counted("login ann", WINDOW)).toBe(0);
      await calls.discount("login ann", WINDOW);
      for (const _ of [1, 2]) await calls.count("login ann", WINDOW, MINUTE);
      await calls.discount("login ann", WINDOW);
      expect(await store.connect().calls.counted("login ann", WINDOW)).toBe(1);
      for (const _ of [1, 2]) await calls.discount("login ann", WINDOW);
      expect(await calls.counted("login ann", WINDOW)).toBe(0);
      expect(await calls.counted("login bob", WINDOW)).toBe(0);
    });

    it("takes subjects of any characters", async () => {
      for (const subject of ["a#b", "ü/ö 👋", "x".repeat(500)])
        expect(await calls.count(subject, WINDOW, MINUTE)).toBe(1);
    });
  });
};

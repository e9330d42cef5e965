import { describe, expect, it, vi } from "vitest";
import type { Parts } from "../../functions/tasks/parts.ts";
import { counted } from "../support/counted.ts";
import { exhaustive, runs } from "../support/effort.ts";
import { chanceOf, explore, type Explored, Found, REPLAY, replay, wander } from "../support/schedules/explore.ts";
import type { MemoryEngine } from "../support/memory/engine.ts";
import { choicesOf, type Kind, KINDS, type Role, rolesOf, scenarioOf } from "../support/schedules/three-actors.ts";

vi.mock("node:zlib", async (load) => {
  const { rememberedZlib } = await import("../support/schedules/remembered-zlib.ts");
  return rememberedZlib(load);
});

const SHORT: readonly Kind[] = ["write", "again", "late", "numbered", "fold"];

/** Who is explored to the end, and with how many crashes and lost answers. */
const GROUPS: readonly {
  readonly title: string;
  readonly all: readonly (readonly Kind[])[];
  readonly faults: number;
}[] = exhaustive
  ? [{ title: "three actors, and a fault anywhere", all: choicesOf(KINDS, 3), faults: 1 }]
  : [
      { title: "three writers and folders, and a fault anywhere", all: choicesOf(SHORT, 3), faults: 1 },
      { title: "two actors, and a fault anywhere", all: choicesOf(KINDS, 2), faults: 1 },
      {
        title: "two writers and folders, and a closer",
        all: choicesOf(SHORT, 2).map((kinds) => [...kinds, "close" as const]),
        faults: 0,
      },
    ];

/** Milliseconds: minutes on a machine that has other things to do, and hours by hand. */
const LONGEST = exhaustive ? 12 * 3_600_000 : 15 * 60_000;

const replayed = process.env[REPLAY];

describe.runIf(replayed !== undefined)("a schedule that failed", () => {
  it("is replayed", async () => {
    const { recipe, faults, choices } = JSON.parse(replayed ?? "") as {
      readonly recipe: string;
      readonly faults: number;
      readonly choices: readonly number[];
    };
    await expect(replay(scenarioOf(JSON.parse(recipe) as readonly Role[], faults), choices)).resolves.toBeUndefined();
  });
});

describe("whatever happens between any two calls to the store", () => {
  it.each(GROUPS)(
    "keeps every promise: $title",
    async ({ title, all, faults }) => {
      const sum = { states: 0, schedules: 0, ends: 0 };
      for (const kinds of all) {
        const { states, schedules, ends, isWhole }: Explored = await explore(scenarioOf(rolesOf(kinds), faults));
        expect([kinds, isWhole]).toEqual([kinds, true]);
        sum.states += states;
        sum.schedules += schedules;
        sum.ends += ends;
      }
      counted(all.length, "scenarios explored to the end", title);
      counted(sum.states, "states", title);
      counted(sum.schedules, "schedules", title);
      counted(sum.ends, "different ends, each recovered and recounted", title);
    },
    LONGEST,
  );

  it(
    "keeps every promise to more actors with more faults, by chance",
    async () => {
      const seeds = runs(300, 20_000);
      let calls = 0;
      for (let seed = 0; seed < seeds; seed++) {
        const chance = chanceOf(seed);
        const kinds = Array.from(
          { length: 4 + Math.floor(chance() * 5) },
          () => KINDS[Math.floor(chance() * KINDS.length)] as Kind,
        );
        calls += await wander(scenarioOf(rolesOf(kinds), 3), seed);
      }
      expect(calls).toBeGreaterThan(seeds);
      counted(seeds, "schedules by chance", "four to eight actors, up to three faults");
      counted(calls, "calls", "four to eight actors, up to three faults");
    },
    LONGEST,
  );
});

describe("the explorer", () => {
  /** An engine that does not look at the conditions of some kind of item. */
  const without =
    (isMeant: (pk: string, sk: string) => boolean) =>
    (engine: MemoryEngine): void => {
      engine.ignores = (_, pk, sk) => isMeant(pk, sk);
    };
  const archivesFirst = (parts: Parts): Parts => ({
    ...parts,
    hours: {
      ...parts.hours,
      publish: async (workspace, head, publications, ...more) => {
        for (const { hour, revision, bytes } of publications)
          await parts.archive.write(workspace, hour, revision, bytes);
        return parts.hours.publish(workspace, head, publications, ...more);
      },
    },
  });

  it.each<readonly [string, readonly Kind[], Parameters<typeof scenarioOf>[2], RegExp]>([
    ["a fold that is not conditional", ["write", "fold", "fold"], { spoil: without((_, sk) => sk === "HEAD") }, /head/],
    ["a closing that is not conditional", ["close", "close"], { spoil: without((_, sk) => sk === "HEAD") }, /head/],
    [
      "an append that does not look whether its batch was counted",
      ["write", "again"],
      { spoil: without((pk) => pk.startsWith("BATCH#")) },
      /batch .* went back/,
    ],
    [
      "an append that takes another's place",
      ["write", "late"],
      { spoil: without((pk) => pk.startsWith("LOG#")) },
      /segment .* was replaced/,
    ],
    [
      "an append that does not look whether the directory has moved",
      ["write", "write"],
      { spoil: without((pk) => pk.startsWith("DIR#")) },
      /users/,
    ],
    [
      "an append that does not look which number comes next",
      ["numbered", "numbered"],
      { spoil: without((pk, sk) => pk.startsWith("WS#") && sk.startsWith("REPORTER#")) },
      /messages|equal/,
    ],
    [
      "a latest document that goes back",
      ["refresh", "close"],
      { spoil: without((_, sk) => sk === "LATEST") },
      /the latest document went back/,
    ],
    [
      "a document that is archived before it is committed",
      ["close"],
      { change: archivesFirst },
      /before it was committed/,
    ],
  ])("finds %s, and replays it", async (_, kinds, broken, told) => {
    const scenario = scenarioOf(rolesOf(kinds), 0, broken);
    const found = await explore(scenario).catch((error: unknown) => error);
    expect(found).toBeInstanceOf(Found);
    const { message, choices } = found as Found;
    expect(message).toMatch(told);
    await expect(replay(scenario, choices)).rejects.toThrow(message);
    // What is not broken stands the same schedule, as far as it goes.
    await expect(explore(scenarioOf(rolesOf(kinds), 0))).resolves.toMatchObject({ isWhole: true });
  });

  it("finds an answer to a batch that was not kept", async () => {
    const scenario = scenarioOf(rolesOf(["write"]), 1, {
      change: (parts) => ({ ...parts, log: { ...parts.log, append: async () => "appended" } }),
    });
    await expect(explore(scenario)).rejects.toThrow(/acknowledged and is lost/);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type KeptRule,
  type Standing,
  stepped,
  type ThresholdRule,
  thresholdVerdict,
  type Verdict,
} from "../../functions/core/alert.ts";
import {
  type Followed,
  followHour,
  followLag,
  rulesKept,
  type SeenHour,
  withoutOthers,
} from "../../functions/core/alert-walk.ts";
import { endOf, HOUR_MS } from "../../functions/core/hour.ts";
import { isNoticeId } from "../../functions/core/notice.ts";
import type { Anomaly, Document } from "../../functions/core/document.ts";

const RULE: ThresholdRule = {
  kind: "threshold",
  id: "busy",
  statistic: "messages.sent",
  side: "above",
  limit: 100,
  clearAt: 80,
  forHours: 2,
  repeatHours: 24,
};
const FIRST = 500_000;

/** Steps through hours; a letter each: beyond, held, back, or unknown. */
const stepThrough = (letters: string, rule: ThresholdRule = RULE, staleHours = 0): readonly string[] => {
  const verdicts: Record<string, Verdict> = { x: "beyond", h: "held", o: "back", "?": null };
  const turns: string[] = [];
  let standing: Standing | undefined;
  for (const [at, letter] of letters.split("").entries()) {
    const { forHours, repeatHours } = rule;
    const manner = { forHours, repeatHours, isFresh: at >= staleHours };
    const step = stepped(rule, standing, verdicts[letter] ?? null, FIRST + at, manner);
    standing = step.standing ?? undefined;
    if (step.turn !== null) turns.push(`${at} ${step.turn}`);
  }
  return turns;
};

const document = (sent: number | null, more: object = {}): Document =>
  ({ ledger: { status: "complete" }, messages: { sent }, anomalies: [], ...more }) as unknown as Document;

const walk = (rules: readonly KeptRule[], hours: readonly SeenHour[], now = endOf(FIRST + 5)): Followed =>
  hours.reduce<Followed>((followed, seen) => followHour(rules, followed, seen, { name: "Acme", now }), {
    standings: {},
    notices: [],
  });

const idsOf = ({ notices }: Followed): readonly string[] => notices.map(({ id }) => id.replace(/1970.*T/, "…T"));

describe("a rule", () => {
  it.each([
    ["is raised after so many hours running", "xoxx", ["3 raised"]],
    ["is over once it is back, and not while it is held", "xxhho", ["1 raised", "4 cleared"]],
    ["needs its hours running anew when they were broken", "xhxoxx", ["5 raised"]],
    ["stays as it is where nobody knows", "x?x??o", ["2 raised", "5 cleared"]],
    ["is not over when it never was raised", "ooxo", []],
    ["is raised again after it was over", "xxoxx", ["1 raised", "2 cleared", "4 raised"]],
  ])("%s", (_, hours, turns) => {
    expect(stepThrough(hours)).toEqual(turns);
  });

  it("says once in a period that it is still so", () => {
    expect(stepThrough("x".repeat(60))).toEqual(["1 raised", "25 still", "49 still"]);
  });

  it("is told in the present when it was raised in the past, and not when it was over by then", () => {
    expect(stepThrough("xxxxxx", RULE, 4)).toEqual(["4 raised"]);
    expect(stepThrough("xxoooo", RULE, 4)).toEqual([]);
    expect(stepThrough("xxhhho", RULE, 5)).toEqual([]);
  });

  it.each([
    ["above", 101, "beyond"],
    ["above", 100, "held"],
    ["above", 81, "held"],
    ["above", 80, "back"],
    ["below", 99, "beyond"],
    ["below", 100, "held"],
    ["below", 119, "held"],
    ["below", 120, "back"],
  ] as const)("%s finds %i %s", (side, value, verdict) => {
    expect(thresholdVerdict({ ...RULE, side, clearAt: side === "above" ? 80 : 120 }, value)).toBe(verdict);
  });

  it("tells of what is raised and over by turns, and never twice in an hour, whatever comes", () => {
    const letters = fc.array(fc.constantFrom("x", "h", "o", "?"), { maxLength: 80 }).map((all) => all.join(""));
    fc.assert(
      fc.property(
        letters,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 30 }),
        (hours, forHours, repeatHours) => {
          const turns = stepThrough(hours, { ...RULE, forHours, repeatHours }).map((turn) => turn.split(" "));
          expect(new Set(turns.map(([at]) => at)).size).toBe(turns.length);
          const plain = turns.map(([, turn]) => turn).filter((turn) => turn !== "still");
          for (const [at, turn] of plain.entries()) expect(turn).toBe(at % 2 === 0 ? "raised" : "cleared");
          const told = turns.filter(([, turn]) => turn !== "cleared").map(([at]) => Number(at));
          const clears = turns.filter(([, turn]) => turn === "cleared").map(([at]) => Number(at));
          const pairs = told.slice(1).map((later, at) => [told[at] ?? 0, later] as const);
          const running = pairs.filter(([sooner, later]) => !clears.some((clear) => clear > sooner && clear < later));
          expect(running.filter(([sooner, later]) => later - sooner < repeatHours)).toEqual([]);
        },
      ),
    );
  });
});

describe("hours held against rules", () => {
  const kept = (rule: KeptRule["rule"], from = FIRST): KeptRule => ({ rule, from });
  const busy = kept({ ...RULE, forHours: 1 });

  it("make notices that say what, where and how much", () => {
    const { notices } = walk([busy], [{ hour: FIRST, document: document(1_250) }]);
    expect(notices).toMatchObject([
      {
        id: "alert:busy:2027-01-15T08:raised",
        topic: "alert",
        at: endOf(FIRST),
        title: "Acme: Messages sent is above 100: 1,250",
        data: { rule: "busy", kind: "threshold", turn: "raised", value: 1_250, limit: 100 },
      },
    ]);
    expect(notices.every(({ id }) => isNoticeId(id))).toBe(true);
  });

  it("count from the hour in which the rule was set", () => {
    const hours = [0, 1].map((at) => ({ hour: FIRST + at, document: document(1_000) }));
    expect(walk([kept({ ...RULE, forHours: 1 }, FIRST + 1)], hours).notices).toMatchObject([{ at: endOf(FIRST + 1) }]);
  });

  it("take no small number of an hour that was not observed in full, and nothing of an import", () => {
    const idle = kept({ ...RULE, id: "idle", side: "below", limit: 10, clearAt: 10, forHours: 1 });
    const partial = document(0, { ledger: { status: "partial" } });
    const imported = document(0, { ledger: { status: "imported" } });
    expect(walk([idle], [{ hour: FIRST, document: partial }]).notices).toEqual([]);
    expect(walk([idle], [{ hour: FIRST, document: imported }]).notices).toEqual([]);
    expect(walk([idle], [{ hour: FIRST, document: document(null) }]).notices).toEqual([]);
    expect(walk([idle], [{ hour: FIRST, document: document(0) }]).notices).toHaveLength(1);
  });

  it("take no number of an hour that was observed in part for back, only for beyond", () => {
    const silent = document(0, { ledger: { status: "partial" } });
    const between = document(90, { ledger: { status: "partial" } });
    const seen = [1_000, silent, between, 90, 0].map((hour, at) => ({
      hour: FIRST + at,
      document: typeof hour === "number" ? document(hour) : hour,
    }));
    const told = walk([busy], seen).notices.map(({ title }) => title);
    expect(told).toEqual(["Acme: Messages sent is above 100: 1,000", "Acme: Messages sent is back: 0"]);
    expect(walk([busy], seen).notices.map(({ at }) => at)).toEqual([endOf(FIRST), endOf(FIRST + 4)]);
    const partial = document(1_000, { ledger: { status: "partial" } });
    expect(walk([busy], [{ hour: FIRST, document: partial }]).notices).toHaveLength(1);
    // A server whose window never meets the hour tells as much as it ever will.
    const misaligned = document(0, { ledger: { status: "partial" }, reportedWindow: {} });
    const polled = [document(1_000), misaligned].map((one, at) => ({ hour: FIRST + at, document: one }));
    expect(walk([busy], polled).notices).toHaveLength(2);
  });

  it("say no number to be beyond a limit that it is not, where it is first told of once it is held", () => {
    const hours = [500, ...Array.from({ length: 30 }, () => 90)].map((sent, at) => ({
      hour: FIRST + at,
      document: document(sent),
    }));
    expect(walk([busy], hours, endOf(FIRST + 30)).notices.map(({ title }) => title)).toEqual([
      "Acme: Messages sent was above 100, and is not back: 90",
      "Acme: Messages sent is still not back: 90",
    ]);
  });

  it("tell of no number that is not known that it is usual again", () => {
    const odd = { statistic: "messages.sent", value: 9, median: 1, low: 0, high: 6, deviation: 8, direction: "above" };
    const rule = kept({ kind: "anomaly", id: "odd", statistics: ["messages.sent"], repeatHours: 24 });
    const seen = [document(9, { anomalies: [odd] }), document(null), document(1)].map((one, at) => ({
      hour: FIRST + at,
      document: one,
    }));
    expect(walk([rule], seen).notices.map(({ at, data }) => [at, data["turn"]])).toEqual([
      [endOf(FIRST), "raised"],
      [endOf(FIRST + 2), "cleared"],
    ]);
  });

  it("tell of anomalies statistic by statistic, once, and when they are usual again", () => {
    const anomaly = (statistic: string) =>
      ({ statistic, value: 9, median: 1, low: 0, high: 6, deviation: 8, direction: "above" }) as Anomaly;
    const rule = kept({ kind: "anomaly", id: "odd", statistics: null, repeatHours: 24 });
    const seen = [[anomaly("users.seen"), anomaly("rooms.used")], [anomaly("users.seen")], null, []].map(
      (anomalies, at) => ({
        hour: FIRST + at,
        document: document(1, { anomalies, users: { seen: 1 }, rooms: { used: 1 } }),
      }),
    );
    expect(walk([rule], seen).notices.map(({ id, title }) => [id.split(":").slice(2).join(" "), title])).toEqual([
      ["users.seen 2027-01-15T08 raised", "Acme: Active users is unusual: 9, where 0 to 6 would be usual"],
      ["rooms.used 2027-01-15T08 raised", "Acme: Active rooms is unusual: 9, where 0 to 6 would be usual"],
      ["rooms.used 2027-01-15T09 cleared", "Acme: Active rooms is usual again"],
      ["users.seen 2027-01-15T11 cleared", "Acme: Active users is usual again"],
    ]);
    const named = kept({ kind: "anomaly", id: "odd", statistics: ["users.seen"], repeatHours: 24 });
    expect(walk([named], seen).notices).toHaveLength(2);
  });

  it("tell of missed hours once, and when they are observed again", () => {
    const rule = kept({ kind: "missed-hours", id: "gaps", repeatHours: 24 });
    const seen: readonly SeenHour[] = [
      { hour: FIRST, missed: "missing" },
      { hour: FIRST + 1, missed: "failed" },
      { hour: FIRST + 2, document: document(1) },
    ];
    expect(walk([rule], seen).notices.map(({ title }) => title)).toEqual([
      "Acme: Hour 2027-01-15T08 was observed by nobody",
      "Acme: Hours are observed again, from 2027-01-15T10 on",
    ]);
  });

  it("are told of for a day, so an outage that is made up for tells of the present alone", () => {
    const hours = Array.from({ length: 60 }, (_, at) => ({ hour: FIRST + at, document: document(at === 7 ? 1 : 500) }));
    const { notices } = walk([busy], hours, endOf(FIRST + 59));
    expect(notices.map(({ at }) => (at - endOf(FIRST)) / HOUR_MS)).toEqual([35, 59]);
  });

  it("forget where rules stood that are gone or changed", () => {
    const { standings } = walk([busy], [{ hour: FIRST, document: document(1_000) }]);
    expect(Object.keys(withoutOthers(standings, []))).toEqual([]);
    const changed = kept({ ...RULE, forHours: 1, limit: 900 });
    const seen: SeenHour = { hour: FIRST + 1, document: document(950) };
    const after = followHour([changed], { standings, notices: [] }, seen, { name: "Acme", now: endOf(FIRST + 1) });
    expect(idsOf(after)).toHaveLength(1);
    expect(after.notices).toMatchObject([{ data: { turn: "raised" } }]);
  });
});

describe("a lag", () => {
  const rules = [{ rule: { kind: "lag", id: "late", hours: 2, repeatHours: 24 } as const, from: 0 }];
  const lagging = (hours: number, before: Followed = { standings: {}, notices: [] }, isExpected = true): Followed =>
    followLag(
      rules,
      before,
      { closedThrough: FIRST, isExpected },
      { name: "Acme", now: endOf(FIRST) + hours * HOUR_MS },
    );

  it("is told when it is over its hours, again after the period, and when it is made up for", () => {
    const raised = lagging(2.5);
    expect(lagging(2).notices).toEqual([]);
    expect(raised.notices).toMatchObject([{ data: { turn: "raised", lagHours: 2.5, limit: 2 } }]);
    expect(lagging(3, { ...raised, notices: [] }).notices).toEqual([]);
    expect(lagging(27, { ...raised, notices: [] }).notices).toMatchObject([{ data: { turn: "still" } }]);
    expect(lagging(1, { ...raised, notices: [] }).notices).toMatchObject([{ data: { turn: "cleared" } }]);
  });

  it("is none while nothing is expected to close", () => {
    expect(lagging(99, undefined, false).notices).toEqual([]);
  });
});

describe("a list of rules", () => {
  it("keeps those that did not change as they were, and begins with the others now", () => {
    const other = { ...RULE, id: "other" };
    const before = [{ rule: RULE, from: 5 }];
    expect(rulesKept(before, [other, RULE], 700 * HOUR_MS)).toEqual([
      { rule: other, from: 700 },
      { rule: RULE, from: 5 },
    ]);
    expect(rulesKept(before, [{ ...RULE, limit: 1 }], 700 * HOUR_MS)).toMatchObject([{ from: 700 }]);
  });
});

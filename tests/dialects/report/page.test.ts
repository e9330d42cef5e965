import { describe, expect, it } from "vitest";
import { reportOf } from "../../../functions/core/report.ts";
import { csvOf } from "../../../functions/dialects/report/csv.ts";
import { pageOf } from "../../../functions/dialects/report/page.ts";
import { leadOf, qualityOf } from "../../../functions/dialects/report/sentences.ts";
import { bytesText, movementOf, numberText, shareText } from "../../../functions/dialects/report/words.ts";
import { sampleInput, sampleReport } from "../../support/report-sample.ts";

describe("the page of a report", () => {
  const report = sampleReport("monthly", "2026-09");
  const page = pageOf(report);

  it("runs nothing and loads nothing", () => {
    const elements = page.match(/<[a-z][^>]*>/gi) ?? [];
    const forbidden = /^<(script|link|img|iframe|object|base|form)|\son\w+=|javascript:|\ssrc=|url\((?!#)/i;
    expect(elements.filter((element) => forbidden.test(element))).toEqual([]);
    // Nothing but the names of namespaces could be an address.
    expect(page.replaceAll("https://evil.example", "").match(/https?:\/\//g)).toBeNull();
  });

  it("escapes whatever names hold", () => {
    expect(page).toContain("Acme &amp; Söhne &lt;b&gt;&quot;GmbH&quot;&lt;/b&gt;");
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(page.includes("<img")).toBe(false);
  });

  it("says what happened, against the period before, by the day where months differ", () => {
    expect(leadOf(report)).toMatch(
      /^312 people were active, 9\.9\u00a0% more than in August 2026\. They sent [\d,]+ messages, 9\.9\u00a0% more than in August 2026 \([\d,]+ a day against [\d,]+\)\. 14 users joined\.$/,
    );
  });

  it("names its gaps in words, and hatches them", () => {
    expect(page).toContain("Thu 3 Sep, 22:00 to Sat 5 Sep, 14:00 (40 h): not observed, the workspace was paused");
    expect(page).toContain("could not be closed");
    expect(page).toMatch(/fill="url\(#m-wide\)"/);
    expect(qualityOf(report)).toContain("678 of 720 hours were wholly observed");
  });

  it("says when the period before was not wholly observed, so that no change is taken for more than it is", () => {
    const input = sampleInput("monthly", "2026-09");
    const against = (status: string, coverage: number | null): string =>
      qualityOf(reportOf({ ...input, before: { ...input.before, status, coverage } }));
    const said = "Not every hour of August 2026 was wholly observed";
    expect(against("missing", 0.1)).toContain(said);
    expect(against("partial", 0.9)).toContain(said);
    expect(against("restated", 1)).not.toContain(said);
    // Nothing is held against nothing.
    expect(against("missing", null)).not.toContain(said);
  });

  it("says of new users that nobody told of that they are not known, and not that there are none", () => {
    const input = sampleInput("weekly", "2026-W42");
    const withJoined = (joined: number | null): string =>
      pageOf(reportOf({ ...input, rows: input.rows.map((row) => ({ ...row, "users.joined": joined })) }));
    expect(withJoined(null)).toContain("<p>Not known.</p>");
    expect(withJoined(0)).toContain("<p>None.</p>");
  });

  it("tells every chart as a table, too", () => {
    const charts = page.match(/role="img"/g) ?? [];
    // A wide and a narrow one each: messages, two of people, two of capacity, the week.
    expect(charts).toHaveLength(12);
    expect(page.match(/as a table<\/summary>/g)).toHaveLength(4);
    expect(page).toContain('<th scope="row">Tuesday, 1 September 2026</th>');
  });

  it("says of a period that nobody observed that nothing is known", () => {
    const input = sampleInput("daily", "2026-10-06");
    const nothing = { start: input.now.start, status: "missing", coverage: null };
    const hours = input.hours.map(({ start }) => ({ start, status: "missing", coverage: null }));
    const silent = reportOf({
      ...input,
      now: nothing,
      before: nothing,
      hours,
      rows: hours,
      rooms: [],
      anomalies: null,
    });
    expect(leadOf(silent)).toBe("Nothing is known of this period: no hour of it was observed.");
    expect(pageOf(silent).match(/NaN|\bnull\b|undefined|Infinity/)).toBeNull();
  });

  it.each(["daily-2026-10-06", "weekly-2026-W42", "monthly-2026-09"])("is no larger than a mail takes: %s", (id) => {
    const [kind, ...name] = id.split("-");
    const made = pageOf(sampleReport(kind as "daily", name.join("-")));
    expect(made.length).toBeLessThan(150_000);
    expect(made.match(/NaN|undefined|Infinity/)).toBeNull();
  });
});

describe("the numbers of a report, as text", () => {
  it.each<[number, string]>([
    [0, "0 B"],
    [999, "999 B"],
    [1_500, "1.5 kB"],
    [17_179_869_184, "17 GB"],
    [2.5e15, "2.5 PB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(bytesText(bytes).replace("\u00a0", " ")).toBe(text);
  });

  it("sets thousands apart, and knows what is not known", () => {
    expect(numberText(1_234_567)).toBe("1,234,567");
    expect(numberText(null)).toBe("not known");
  });

  it("calls no share whole that is not", () => {
    expect([shareText(1), shareText(0.99999), shareText(0.5)].map((text) => text.replace("\u00a0", " "))).toEqual([
      "100 %",
      "99.9 %",
      "50 %",
    ]);
  });

  it("tells movements by words, and which are better", () => {
    const headline = {
      name: "memory.freeLow",
      label: "",
      kind: "low",
      unit: "bytes",
      value: 1e9,
      previous: 2e9,
      change: -1e9,
      changeRatio: -0.5,
      good: "up",
    } as const;
    expect(movementOf(headline)).toEqual({ direction: "down", text: "1\u00a0GB less (50\u00a0%)", verdict: "worse" });
    expect(movementOf({ ...headline, change: 0, changeRatio: 0 }).text).toBe("unchanged");
    expect(movementOf({ ...headline, previous: null, change: null, changeRatio: null }).text).toBe(
      "nothing to compare with",
    );
  });
});

describe("the table of a report", () => {
  const csv = csvOf(sampleReport("weekly", "2026-W42"));

  it("has as many fields in each row", () => {
    expect(csv.split("\r\n")[0]).toBe("section,start,name,value,previous,status");
    expect(csv).toContain("headline,2026-10-11T22:00:00.000Z,users.seen,312,284,\r\n");
    expect(csv).toContain("gap,2026-10-14T20:00:00.000Z,paused,40,,missing\r\n");
  });

  it("gives programs of tables no formulas", () => {
    expect(csv).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
    expect(csv).not.toMatch(/(^|,)"?=/m);
    const report = sampleReport("daily", "2024-03-01");
    const ids = [" =1+1", "＝1+1", "@x", "-1", "a=1"];
    const told = csvOf({ ...report, rooms: ids.map((id) => ({ id, messages: 1 })) });
    const rooms = told.split("\r\n").filter((line) => line.startsWith("room,"));
    expect(rooms.map((line) => line.split(",")[2])).toEqual(["' =1+1", "'＝1+1", "'@x", "'-1", "a=1"]);
  });
});

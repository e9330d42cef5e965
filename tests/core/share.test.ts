import { describe, expect, it } from "vitest";
import { type Share, shareIn, shareText } from "../../functions/core/share.ts";

const SHARE: Share = { workspaces: ["a", "b-2"], now: Date.parse("2026-11-21T10:03:00Z"), attempt: 1 };

describe("a share of work", () => {
  it("is read as it was written", () => {
    expect(shareIn(shareText(SHARE))).toEqual(SHARE);
  });

  it.each([
    ["", "no JSON"],
    ["{", "no JSON"],
    ["null", "names no workspaces"],
    ["[]", "names no workspaces"],
    [JSON.stringify({ ...SHARE, workspaces: [] }), "names no workspaces"],
    [JSON.stringify({ ...SHARE, workspaces: "a" }), "names no workspaces"],
    [JSON.stringify({ ...SHARE, workspaces: ["a", 1] }), "a workspace that can't be one"],
    [JSON.stringify({ ...SHARE, workspaces: ["../a"] }), "a workspace that can't be one"],
    [JSON.stringify({ ...SHARE, now: "2026-11-21T10:03:00Z" }), "as of when"],
    [JSON.stringify({ ...SHARE, now: 1.5 }), "as of when"],
    [JSON.stringify({ workspaces: ["a"], now: 1 }), "count its attempts"],
    [JSON.stringify({ ...SHARE, attempt: 0 }), "count its attempts"],
  ])("is refused when its text is %s", (text, complaint) => {
    expect(() => shareIn(text)).toThrow(complaint);
  });
});

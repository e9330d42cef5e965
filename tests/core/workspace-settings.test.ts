import { describe, expect, it } from "vitest";
import { differences, timeZoneNamed, withSettings } from "../../functions/core/workspace-settings.ts";
import { sampleWorkspace } from "../support/samples.ts";

describe("a time zone", () => {
  it.each([
    ["UTC", "UTC"],
    ["Europe/Berlin", "Europe/Berlin"],
    ["america/argentina/buenos_aires", expect.stringMatching(/^america\/argentina\/buenos_aires$/i)],
    ["Asia/Kolkata", "Asia/Kolkata"],
    ["+01:00", undefined],
    ["Mars/Olympus", undefined],
    ["", undefined],
    ["Europe/Berlin ", undefined],
    ["x".repeat(100), undefined],
  ])("called %j is %j", (text, name) => {
    expect(timeZoneNamed(text)).toEqual(name);
  });
});

describe("settings", () => {
  const workspace = sampleWorkspace("acme", { name: "Acme" });

  it("stay as they are when nothing is changed", () => {
    expect(withSettings(workspace, {}, true)).toEqual(workspace);
    expect(differences(workspace, withSettings(workspace, {}, true))).toEqual({});
  });

  it("differ in what was changed, and in nothing else", () => {
    const change = {
      timeZone: "UTC",
      rocketchat: { callsPerMinute: null },
      federation: { enabled: true, domain: "example.org" },
    } as const;
    const after = withSettings(workspace, change, true);

    expect(differences(workspace, after)).toEqual({
      timeZone: { from: "Europe/Berlin", to: "UTC" },
      "rocketchat.callsPerMinute": { from: 10, to: null },
      "federation.enabled": { from: null, to: true },
      "federation.domain": { from: null, to: "example.org" },
      "federation.discovery": { from: null, to: "dns" },
    });
    expect({ ...after, timeZone: "Europe/Berlin", rocketchat: workspace.rocketchat, federation: null }).toEqual(
      workspace,
    );
  });

  it("keep the source of what was counted", () => {
    expect(withSettings(workspace, { source: "imkit" }, false).source).toBe("imkit");
    expect(() => withSettings(workspace, { source: "imkit" }, true)).toThrow(
      expect.objectContaining({ code: "workspace.has-history" }),
    );
    expect(withSettings(workspace, { source: "events" }, true)).toEqual(workspace);
  });
});

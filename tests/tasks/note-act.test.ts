import { afterEach, expect, it } from "vitest";
import type { Credential } from "../../functions/core/credential.ts";
import { nameOf, noteAct } from "../../functions/tasks/note-act.ts";
import { type OpenParts, openParts } from "../support/engine.ts";

const KEY: Credential = {
  hash: "0".repeat(64),
  workspace: "acme",
  kind: "key",
  scopes: ["admin"],
  userId: null,
  label: "first key",
  lastCharacters: "a1B2",
  createdAt: 1,
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
};

let open: OpenParts | undefined;
afterEach(() => open?.close());

it("notes who did what, when, in the trail of the workspace it was done to", async () => {
  open = await openParts({ now: 1_000 });
  const note = noteAct(open.parts);
  await note("acme", KEY, "key.created", { label: "other" });
  // In the same instant: neither act takes the other's place.
  await note("acme", KEY, "key.revoked");
  await note("other", KEY, "workspace.paused");

  const { acts } = await open.parts.audit.list("acme", { from: 0, to: 2_000, limit: 10 });
  expect(acts).toHaveLength(2);
  expect(acts).toEqual(
    expect.arrayContaining([
      {
        workspace: "acme",
        id: expect.stringMatching(/^\w{17}$/) as string,
        at: 1_000,
        by: "key «first key» …a1B2",
        action: "key.created",
        details: { label: "other" },
      },
      expect.objectContaining({ action: "key.revoked", details: {} }),
    ]),
  );
});

it("names a credential without a secret of its own by its label alone", () => {
  expect(nameOf({ ...KEY, kind: "operator", label: "somebody@issuer", lastCharacters: "" })).toBe(
    "operator «somebody@issuer»",
  );
});

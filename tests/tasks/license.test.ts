import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Credential, hashOf } from "../../functions/core/credential.ts";
import { Failure } from "../../functions/core/failure.ts";
import type { License } from "../../functions/core/license.ts";
import { applyLicense } from "../../functions/tasks/apply-license.ts";
import { validateLicense } from "../../functions/tasks/judge-license.ts";
import { registerLicenseKey, removeLicenseKey } from "../../functions/tasks/manage-license-keys.ts";
import { readLicense } from "../../functions/tasks/read-license.ts";
import { publicPart } from "../../cli/license/signing.ts";
import { event, HOUR_ZERO } from "../support/events.ts";
import { makeSigner, type Signer } from "../support/licenses.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

const NOW = HOUR_ZERO + minutes(30);
const LATER = 60_000;

const ADMINISTRATOR: Credential = {
  hash: hashOf("secret"),
  workspace: "demo",
  kind: "session",
  scopes: ["edit-privileged-setting"],
  userId: "u1",
  label: "admin",
  lastCharacters: "abcd",
  createdAt: 1,
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
};

let signer: Signer;
let scene: Scene;
beforeAll(async () => {
  signer = await makeSigner();
});
beforeEach(async () => {
  scene = await openScene({ now: NOW, startsAt: HOUR_ZERO });
  await registerLicenseKey(scene.parts)(ADMINISTRATOR, publicPart(signer.key));
});
afterEach(() => scene.close());

const apply = (text: string, workspace = "demo"): Promise<License> =>
  applyLicense(scene.parts)(workspace, ADMINISTRATOR, text);
const signAndApply = async (changes: Partial<License> = {}): Promise<License> => apply(await signer.sign(changes));
const applied = async (): Promise<string | undefined> => (await scene.parts.workspaces.find("demo"))?.license?.id;
const refusal = async (text: string): Promise<readonly string[]> => {
  const failure = await apply(text).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof Failure) || failure.code !== "license.refused") throw failure;
  return (failure.details["reasons"] as readonly { about: string }[]).map(({ about }) => about);
};
const found = async () => {
  const workspace = await scene.parts.workspaces.find("demo");
  if (workspace === undefined) throw new Error("the workspace is gone");
  return workspace;
};
const acts = async () =>
  (await scene.parts.audit.list("demo", { from: 0, to: NOW * 2, limit: 100 })).acts.filter(({ action }) =>
    action.startsWith("license"),
  );

describe("applying a licence", () => {
  it("keeps it with the workspace, and notes who did", async () => {
    const license = await signAndApply({ workspace: "demo", validUntil: NOW + LATER });
    expect((await scene.connect().workspaces.find("demo"))?.license).toEqual(license);
    expect(await acts()).toEqual([
      expect.objectContaining({
        workspace: "demo",
        at: NOW,
        by: "session «admin» …abcd",
        action: "license.applied",
        details: { id: "license-1", modules: ["auditing", "engagement-dashboard"], tags: ["Pro"] },
      }),
    ]);
  });

  it("takes one that names the deployment id", async () => {
    await signAndApply({ workspace: scene.workspace.deploymentId });
    expect(await applied()).toBe("license-1");
  });

  it.each([
    ["one that is over", { validUntil: NOW }, ["period"]],
    ["one that has not begun", { validFrom: NOW + 1_000 }, ["period"]],
    ["one of another workspace", { workspace: "other" }, ["workspace"]],
    ["one of modules that there are not", { modules: ["telepathy"] }, ["modules"]],
    [
      "one with everything wrong",
      { workspace: "other", validUntil: NOW, limits: { no: 1 } },
      ["period", "workspace", "limits"],
    ],
  ])("refuses %s by name, and leaves the one before working", async (_what, changes, reasons) => {
    await signAndApply({ id: "before" });
    expect(await refusal(await signer.sign(changes))).toEqual(reasons);
    expect(await applied()).toBe("before");
    expect(await acts()).toHaveLength(1);
  });

  it("refuses what is no licence, or signed by others, and leaves the one before working", async () => {
    await signAndApply({ id: "before" });
    const stranger = await makeSigner();
    for (const text of ["garbage", await stranger.sign({ id: "forged" })])
      expect(await refusal(text)).toEqual(["text"]);
    expect(await applied()).toBe("before");
  });

  it("refuses the same again while it holds", async () => {
    const { text } = await signAndApply();
    await expect(apply(text)).rejects.toMatchObject({ code: "license.duplicate" });
    expect(await acts()).toHaveLength(1);
  });

  it("takes, once its time has come, the one that was refused before", async () => {
    const text = await signer.sign({ validFrom: NOW + LATER });
    expect(await refusal(text)).toEqual(["period"]);
    scene.clock.now = NOW + LATER;
    expect(await apply(text)).toMatchObject({ id: "license-1" });
  });

  it("replaces the older by the newer, and not the other way round", async () => {
    const older = await signer.sign({ id: "older", issuedAt: NOW - 2_000 });
    await apply(older);
    await signAndApply({ id: "newer", issuedAt: NOW - 1_000 });
    expect(await applied()).toBe("newer");
    expect(await refusal(older)).toEqual(["superseded"]);
    expect(await applied()).toBe("newer");
  });

  it("takes an older one once the newer is over", async () => {
    await signAndApply({ id: "newer", issuedAt: NOW - 1_000, validUntil: NOW + LATER });
    scene.clock.now = NOW + LATER;
    await signAndApply({ id: "older", issuedAt: NOW - 2_000 });
    expect(await applied()).toBe("older");
  });

  it("lets one of 16 win that apply the same at once", async () => {
    const text = await signer.sign();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 16 }, () => applyLicense(scene.connect())("demo", ADMINISTRATOR, text)),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await acts()).toHaveLength(1);
  });

  it("goes with no workspace that is not there", async () => {
    await expect(apply(await signer.sign(), "nowhere")).rejects.toMatchObject({ code: "workspace.missing" });
  });
});

describe("validating a licence", () => {
  const outcomeOf = async (text: string): Promise<unknown> => {
    return validateLicense(scene.parts)(await found(), text);
  };

  it("says what applying would come to, and changes nothing", async () => {
    const text = await signer.sign();
    expect(await outcomeOf(text)).toMatchObject({ outcome: "applies", license: { id: "license-1" } });
    expect(await outcomeOf(await signer.sign({ workspace: "other" }))).toMatchObject({
      outcome: "refused",
      reasons: [{ about: "workspace" }],
    });
    expect(await outcomeOf("garbage")).toMatchObject({ outcome: "refused", reasons: [{ about: "text" }] });
    expect(await applied()).toBeUndefined();
    expect(await acts()).toEqual([]);
    await apply(text);
    expect(await outcomeOf(text)).toMatchObject({ outcome: "duplicate" });
  });
});

describe("keys of licences", () => {
  it("count once, however often they are registered, and are noted in the trail", async () => {
    await registerLicenseKey(scene.parts)(ADMINISTRATOR, publicPart(signer.key));
    expect(await scene.parts.licenseKeys.list()).toEqual([signer.publicKey]);
    await removeLicenseKey(scene.parts)(ADMINISTRATOR, signer.key.kid);
    await removeLicenseKey(scene.parts)(ADMINISTRATOR, "unknown");
    const { acts: noted } = await scene.parts.audit.list("*", { from: 0, to: NOW * 2, limit: 10 });
    expect(noted.map(({ action }) => action).toSorted()).toEqual(["license-key.registered", "license-key.removed"]);
    expect(noted.map(({ details }) => details)).toEqual([{ id: signer.key.kid }, { id: signer.key.kid }]);
  });

  it("let no new licence in once they are removed, and leave what is applied", async () => {
    await signAndApply();
    await removeLicenseKey(scene.parts)(ADMINISTRATOR, signer.key.kid);
    expect(await refusal(await signer.sign({ id: "another" }))).toEqual(["text"]);
    expect((await readLicense(scene.parts)(await found())).shown).toMatchObject({ status: "valid" });
  });

  it("are not taken without bound", async () => {
    for (let at = 1; at < 100; at++)
      await scene.parts.licenseKeys.put({ id: `key-${at}`, jwk: { kty: "OKP", crv: "Ed25519", x: String(at) } });
    const one = await makeSigner();
    await expect(registerLicenseKey(scene.parts)(ADMINISTRATOR, publicPart(one.key))).rejects.toMatchObject({
      code: "parameter.invalid",
    });
  });
});

describe("a workspace's licence", () => {
  it("is told with how much there is of what it limits", async () => {
    await scene.send([
      event("user.changed", NOW, { id: "u1", kind: "user", active: true }),
      event("user.changed", NOW, { id: "u2", kind: "user", active: true }),
      event("user.changed", NOW, { id: "g1", kind: "guest", active: true }),
    ]);
    await signAndApply();
    expect(await readLicense(scene.parts)(await found())).toMatchObject({
      license: { id: "license-1" },
      shown: { status: "valid", limits: { activeUsers: 50 } },
      values: { activeUsers: 2, guestUsers: 1 },
    });
  });

  it("is in the hours that end while it is valid, by their own time and not by when they are closed", async () => {
    const end = HOUR_ZERO + minutes(60);
    await signAndApply({ validUntil: end + 1_000 });
    scene.clock.now = end + minutes(70);
    await scene.work();
    const given = async (hour: string) => (await scene.published(hour))["license"];
    expect(await given("2026-03-02T09")).toMatchObject({
      status: "valid",
      modules: ["auditing", "engagement-dashboard"],
    });
    expect(await given("2026-03-02T10")).toMatchObject({ status: "expired", modules: [], tags: [] });
  });

  it("stays in a published hour as it was, however late that is restated", async () => {
    scene.clock.now = HOUR_ZERO + minutes(70);
    await scene.work();
    await signAndApply();
    await scene.send([event("user.active", HOUR_ZERO + 1, { id: "u1" })]);
    scene.clock.now = HOUR_ZERO + minutes(140);
    await scene.work();
    expect((await scene.published("2026-03-02T09", 1))["license"]).toBeNull();
    expect((await scene.published("2026-03-02T10"))["license"]).toMatchObject({ status: "valid" });
  });
});

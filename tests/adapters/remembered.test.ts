import { beforeEach, describe, expect, it } from "vitest";
import { rememberedCredentials, rememberedWorkspaces } from "../../functions/adapters/remembered.ts";
import { type Credential, standing } from "../../functions/core/credential.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import type { Credentials } from "../../functions/ports/credentials.ts";
import type { Workspaces } from "../../functions/ports/workspaces.ts";
import { newHead } from "../../functions/core/head.ts";
import { sampleAccount, sampleWorkspace } from "../support/samples.ts";

/** What another process changes shows after this long at the latest. */
const LATEST_MS = 60_000;

const credential = (hash: string, changes: Partial<Credential> = {}): Credential => ({
  hash,
  workspace: "acme",
  kind: "key",
  scopes: [],
  userId: null,
  label: "chat server",
  lastCharacters: "abcd",
  createdAt: 1,
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
  ...changes,
});

/** A table of credentials that counts how often it is asked, and can be made to answer late. */
class Table implements Credentials {
  readonly kept = new Map<string, Credential>();
  asked = 0;
  /** While it is set, answers are those of now, but come when it resolves. */
  hold: Promise<void> | undefined;

  async find(hash: string): Promise<Credential | undefined> {
    this.asked++;
    const found = this.kept.get(hash);
    await this.hold;
    return found;
  }
  async put(one: Credential): Promise<void> {
    this.kept.set(one.hash, one);
  }
  async holderOf({ label }: Pick<Credential, "label">): Promise<string | undefined> {
    return [...this.kept.values()].findLast((one) => one.label === label)?.hash;
  }
  async putNamed(one: Credential, holder: string | undefined): Promise<boolean> {
    const isFree = (await this.holderOf(one)) === holder;
    if (isFree) await this.put(one);
    return isFree;
  }
  async revoke(hash: string, now: number): Promise<void> {
    const found = this.kept.get(hash);
    if (found !== undefined) this.kept.set(hash, { ...found, revokedAt: now });
  }
  async expire(hash: string, at: number): Promise<void> {
    const found = this.kept.get(hash);
    if (found !== undefined) this.kept.set(hash, { ...found, expiresAt: at });
  }
  async touch(hash: string, now: number): Promise<void> {
    const found = this.kept.get(hash);
    if (found !== undefined) this.kept.set(hash, { ...found, lastUsedAt: now });
  }
  async list(): ReturnType<Credentials["list"]> {
    return { credentials: [...this.kept.values()], next: undefined };
  }
}

let now: number;
const clock = (): number => now;
beforeEach(() => {
  now = Date.parse("2026-11-21T12:00:00Z");
});

describe("credentials that are remembered", () => {
  let table: Table;
  let here: Credentials;
  beforeEach(() => {
    table = new Table();
    here = rememberedCredentials(table, clock);
  });

  const stands = async (hash: string): Promise<string | undefined> => {
    const found = await here.find(hash);
    return found === undefined ? undefined : standing(found, now);
  };

  it("are asked for once", async () => {
    await table.put(credential("a"));
    for (let at = 0; at < 5; at++) expect(await here.find("a")).toEqual(credential("a"));
    expect(table.asked).toBe(1);
  });

  it("cost no read each time when there are none such, so that guessing is cheap", async () => {
    for (let at = 0; at < 5; at++) expect(await here.find("guess")).toBeUndefined();
    expect(table.asked).toBe(1);
  });

  it("end at once where they are revoked", async () => {
    await here.put(credential("a"));
    expect(await stands("a")).toBe("good");
    await here.revoke("a", now);
    expect(await stands("a")).toBe("revoked");
  });

  it("end at once where they are revoked, even for a look-up that was under way", async () => {
    await table.put(credential("a"));
    const held = Promise.withResolvers<void>();
    table.hold = held.promise;
    const underWay = stands("a");
    await here.revoke("a", now);
    held.resolve();
    expect(await underWay).toBe("revoked");
    expect(await stands("a")).toBe("revoked");
  });

  it("end at once where they are revoked, even when the table answers with what was before", async () => {
    const before = credential("a");
    await here.put(before);
    await here.revoke("a", now);
    table.kept.set("a", before);
    now += LATEST_MS;
    expect(await stands("a")).toBe("revoked");
  });

  it("end within a minute by the clock where others revoked them", async () => {
    await table.put(credential("a"));
    await stands("a");
    await table.revoke("a", now);
    now += LATEST_MS;
    expect(await stands("a")).toBe("revoked");
  });

  it("are asked for anew when the clock was set back by a minute", async () => {
    await table.put(credential("a"));
    await stands("a");
    await table.revoke("a", now - LATEST_MS);
    now -= LATEST_MS;
    expect(await stands("a")).toBe("revoked");
  });

  it("are good at once where they are made, though somebody guessed them before and the table lags", async () => {
    expect(await here.find("a")).toBeUndefined();
    await here.put(credential("a"));
    table.kept.clear();
    expect(await here.find("a")).toEqual(credential("a"));
  });

  it("show at once where they are put again, even to those that ask after a look-up under way", async () => {
    await table.put(credential("a"));
    const held = Promise.withResolvers<void>();
    table.hold = held.promise;
    const underWay = here.find("a");
    await here.put(credential("a", { expiresAt: 5 }));
    held.resolve();
    await underWay;
    expect(await here.find("a")).toMatchObject({ expiresAt: 5 });
  });

  it("show at once where they expire", async () => {
    await here.put(credential("a"));
    await here.expire("a", now);
    expect(await stands("a")).toBe("expired");
  });

  it("expire at once where they are let, even when the table answers with what was before", async () => {
    const before = credential("a");
    await here.put(before);
    await here.expire("a", now);
    table.kept.set("a", before);
    expect(await stands("a")).toBe("expired");
  });

  it("show their use where it was noted", async () => {
    await here.put(credential("a"));
    await here.find("a");
    await here.touch("a", now);
    expect(await here.find("a")).toMatchObject({ lastUsedAt: now });
  });

  it("are not remembered without bound: the oldest goes first", async () => {
    const count = 10_001;
    for (let at = 0; at < count; at++) await here.find(`guess ${at}`);
    await here.find(`guess ${count - 1}`);
    expect(table.asked).toBe(count);
    await here.find("guess 0");
    expect(table.asked).toBe(count + 1);
  });
});

describe("workspaces that are remembered", () => {
  let kept: Map<string, Workspace>;
  let asked: number;
  let here: Workspaces;
  const table: Workspaces = {
    find: async (id) => {
      asked++;
      return kept.get(id);
    },
    create: async (workspace) => {
      kept.set(workspace.id, workspace);
      return true;
    },
    change: async (id, change) => {
      const found = kept.get(id);
      if (found === undefined) return undefined;
      kept.set(id, change(found));
      return kept.get(id);
    },
    findAll: async () => [...kept.values()],
    list: async () => ({ ids: [...kept.keys()], next: undefined }),
  };
  beforeEach(() => {
    kept = new Map();
    asked = 0;
    here = rememberedWorkspaces(table, clock);
  });

  it("are asked for once", async () => {
    kept.set("acme", sampleWorkspace());
    for (let at = 0; at < 5; at++) expect(await here.find("acme")).toEqual(sampleWorkspace());
    expect(asked).toBe(1);
  });

  it("show at once where they are made and changed", async () => {
    expect(await here.find("acme")).toBeUndefined();
    await here.create(sampleWorkspace(), newHead(1), sampleAccount());
    expect(await here.find("acme")).toEqual(sampleWorkspace());
    await here.change("acme", (workspace) => ({ ...workspace, name: "Renamed" }));
    expect(await here.find("acme")).toMatchObject({ name: "Renamed" });
  });

  it("show within a minute by the clock what others changed", async () => {
    kept.set("acme", sampleWorkspace());
    await here.find("acme");
    kept.set("acme", sampleWorkspace("acme", { state: "paused" }));
    now += LATEST_MS;
    expect(await here.find("acme")).toMatchObject({ state: "paused" });
  });
});

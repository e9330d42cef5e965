import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diskSigningSecrets } from "../../functions/adapters/disk/signing-secrets.ts";
import { type Key, KEYS } from "../../functions/contract.ts";
import type { Target } from "../../functions/core/channel.ts";
import { newHead } from "../../functions/core/head.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { endWorkspace, type Ended } from "../../functions/tasks/end-workspace.ts";
import { sampleAccount, sampleAct, SAMPLE_HOUR, sampleWorkspace } from "../support/samples.ts";
import { type DynamoStore, openStore } from "../support/store.ts";

type Kind = keyof typeof KEYS;

/** How a kind of item is found again after the end: its key in the workspace, or why it is none of the workspace's. */
interface Fate {
  readonly key: (workspace: string) => Key;
  readonly is: "removed" | "kept";
}
const removed = (key: Fate["key"]): Fate => ({ key, is: "removed" });
const kept = (key: Fate["key"]): Fate => ({ key, is: "kept" });

const HOUR = "2026-11-21T09";
const DAY = "2026-11-21";

/** What becomes of each kind of item when its workspace ends. A new kind has to be put here, by whoever makes one. */
const FATES: Readonly<Record<Kind, Fate>> = {
  // The id stays taken.
  workspace: kept((id) => KEYS.workspace(id)),
  workspaceListed: removed((id) => KEYS.workspaceListed(SHARDS[id] as number, id)),
  head: kept((id) => KEYS.head(id)),
  latest: kept((id) => KEYS.latest(id)),
  refresh: removed((id) => KEYS.refresh(id)),
  reporter: removed((id) => KEYS.reporter(id, "server")),
  // Ended, and listed so: acts of the audit trail name them.
  credential: kept((id) => KEYS.credential(`hash of ${id}`)),
  credentialListed: kept((id) => KEYS.credentialListed(id, `keys##hash of ${id}`)),
  tokenNamed: kept((id) => KEYS.tokenNamed(id, "u", "phone")),
  account: removed((id) => KEYS.account(id)),
  accountListed: removed((id) => KEYS.accountListed(id, "u")),
  // Gone within the hour.
  limit: kept((id) => KEYS.limit(`calls/${id}`, 0)),
  act: kept((id) => KEYS.act(id, "2026-11-21T09:00:00.000Z", "a")),
  // The deployment's own.
  licenseKey: kept((id) => KEYS.licenseKey(`key for ${id}`)),
  sync: removed((id) => KEYS.sync(id, "user", "l")),
  syncListed: removed((id) => KEYS.syncListed(id, "user", "l")),
  forgetting: removed((id) => KEYS.forgetting(id, "h")),
  // Nothing lists them; they expire.
  batch: kept((id) => KEYS.batch(id, "b")),
  segment: removed((id) => KEYS.segment(id, 0, 1)),
  directory: removed((id) => KEYS.directory(id, "user", "ann")),
  delta: removed((id) => KEYS.delta(id, HOUR)),
  sets: removed((id) => KEYS.sets(id, HOUR)),
  report: removed((id) => KEYS.report(id, HOUR)),
  polledReport: removed((id) => KEYS.polledReport(id, HOUR)),
  poll: removed((id) => KEYS.poll(id)),
  series: kept((id) => KEYS.series(id, DAY)),
  usual: removed((id) => KEYS.usual(id)),
  packed: kept((id) => KEYS.packed(id, 1, DAY)),
  union: removed((id) => KEYS.union(id, "day", DAY)),
  firsts: removed((id) => KEYS.firsts(id)),
  channels: removed((id) => KEYS.channels(id)),
  alertRules: removed((id) => KEYS.alertRules(id)),
  follower: removed((id) => KEYS.follower(id)),
  published: removed((id) => KEYS.published(id, 1)),
  notice: removed((id) => KEYS.notice(id, "n")),
  pending: removed((id) => KEYS.pending(id, "d")),
  delivery: removed((id) => KEYS.delivery(id, "2026-11-21T09:00:00.000Z", "d")),
  reportMade: removed((id) => KEYS.reportMade(id, DAY)),
  reportPlan: removed((id) => KEYS.reportPlan(id)),
  snapshot: kept((id) => KEYS.snapshot(id, HOUR, 0)),
};
const KINDS = Object.keys(FATES) as readonly Kind[];

/** Of the eight that list workspaces. */
const SHARDS: Readonly<Record<string, number>> = {};

const WEBHOOK: Target = { kind: "webhook", url: "https://hooks.example.org/", allowPrivate: false };

let store: DynamoStore;
let parts: Parts;
let vault: string;
beforeEach(async () => {
  store = await openStore();
  vault = await mkdtemp(join(tmpdir(), "tidemark-vault-"));
  parts = { ...store.parts, signingSecrets: diskSigningSecrets(vault) };
});
afterEach(async () => {
  await store.close();
  await rm(vault, { recursive: true });
});

const textOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;
const keysNow = async (): Promise<ReadonlySet<string>> =>
  new Set((await store.items()).map((item) => textOf(item as unknown as Key)));

/** A workspace with an item of every kind: real ones where ending reads them, names alone where it does not. */
const fill = async (id: string): Promise<void> => {
  await parts.workspaces.create(sampleWorkspace(id), newHead(SAMPLE_HOUR), { ...sampleAccount(id), name: id });
  await parts.credentials.put({
    hash: `hash of ${id}`,
    workspace: id,
    kind: "key",
    scopes: [],
    userId: null,
    label: "chat server",
    lastCharacters: "wxyz",
    createdAt: 0,
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
  });
  const channels = ["c1", "c2"].map((channel) => ({
    id: channel,
    label: channel,
    topics: [],
    target: WEBHOOK,
    createdAt: 0,
  }));
  await parts.channels.change(id, () => channels, sampleAct("a", { workspace: id }));
  for (const channel of ["c1", "c2"]) await parts.signingSecrets.keep(id, channel, `secret of ${id}`);
  await parts.upstreamCredentials.keep(id, {
    origin: "https://chat.example.org",
    credential: { kind: "imkit", apiKey: "k" },
  });
  const listed = (await store.items()).find(({ pk, sk }) => sk === id && String(pk).startsWith("WORKSPACES#"));
  (SHARDS as Record<string, number>)[id] = Number(String(listed?.["pk"]).split("#")[1]);
  const there = await keysNow();
  for (const kind of KINDS) {
    const key = FATES[kind].key(id);
    // A list is found by what its own item says.
    if (!there.has(textOf(key))) await store.put({ ...key, kind: "user", id: "l" });
  }
};

const endAll = async (id: string): Promise<readonly Ended[]> => {
  const calls: Ended[] = [];
  do calls.push(await endWorkspace(parts)(id));
  while (calls.at(-1)?.isLeft === true);
  return calls;
};

describe("a workspace that ends", () => {
  it("leaves of every kind of item what is on the list of what stays, and nothing else", async () => {
    await fill("acme");
    const before = await keysNow();
    const missing = KINDS.filter((kind) => !before.has(textOf(FATES[kind].key("acme"))));
    expect(missing).toEqual([]);
    expect(Object.keys(FATES).toSorted()).toEqual(Object.keys(KEYS).toSorted());

    await endAll("acme");

    const after = await keysNow();
    const stayed = KINDS.filter((kind) => after.has(textOf(FATES[kind].key("acme"))));
    expect(stayed).toEqual(KINDS.filter((kind) => FATES[kind].is === "kept"));
    const onTheList = new Set(KINDS.map((kind) => textOf(FATES[kind].key("acme"))));
    expect([...after].filter((key) => !onTheList.has(key))).toEqual([]);
  });

  it("takes its secrets along, and those alone", async () => {
    await fill("acme");
    await fill("acme-2");
    await endAll("acme");

    expect((await readdir(vault)).toSorted()).toEqual(["acme-2.c1", "acme-2.c2"]);
    expect(await parts.upstreamCredentials.find("acme")).toBeUndefined();
    expect(await parts.upstreamCredentials.find("acme-2")).toBeDefined();
  });

  it("takes nothing of another whose name begins the same", async () => {
    await fill("acme");
    await fill("acme-2");
    await endAll("acme");

    const after = await keysNow();
    expect(KINDS.filter((kind) => !after.has(textOf(FATES[kind].key("acme-2"))))).toEqual([]);
  });

  it("takes along every list on its way in, however many there are", async () => {
    await fill("acme");
    for (let list = 0; list < 110; list++) {
      const [kind, id] = ["room", `list ${list}`] as const;
      await Promise.all([
        store.put({ ...KEYS.syncListed("acme", kind, id), kind, id }),
        store.put({ pk: KEYS.sync("acme", kind, id).pk, sk: "PAGE#0" }),
      ]);
    }
    await endAll("acme");

    expect([...(await keysNow())].filter((key) => key.includes("SYNC#"))).toEqual([]);
  });

  it("removes nothing when it is ended once more", async () => {
    await fill("acme");
    await endAll("acme");
    expect(await endAll("acme")).toEqual([{ credentials: 0, accounts: 0, items: 0, isLeft: false }]);
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { KEYS, WORKSPACE_SHARDS } from "../../../functions/contract.ts";
import { workspacesContract } from "../../contracts/workspaces.contract.ts";
import { type DynamoStore, openStore } from "../../support/store.ts";

workspacesContract("DynamoDB", openStore);

describe("the list of workspaces in DynamoDB", () => {
  let store: DynamoStore;
  afterEach(() => store.close());

  it("goes on within a shard that one page can't hold, and over empty shards", async () => {
    store = await openStore();
    const ids = Array.from({ length: 2_005 }, (_, at) => `workspace-${String(at).padStart(4, "0")}`);
    for (let at = 0; at < ids.length; at += 50)
      await Promise.all(ids.slice(at, at + 50).map((id) => store.put({ ...KEYS.workspaceListed(3, id) })));
    const pages: (readonly string[])[] = [];
    for (let after: string | undefined = "", isEnd = false; !isEnd;) {
      const page: { ids: readonly string[]; next: string | undefined } = await store.parts.workspaces.list(
        after === "" ? undefined : after,
      );
      pages.push(page.ids);
      after = page.next;
      isEnd = after === undefined;
    }
    expect(pages.flat()).toEqual(ids);
    expect(pages.length).toBeGreaterThan(WORKSPACE_SHARDS);
  });
});

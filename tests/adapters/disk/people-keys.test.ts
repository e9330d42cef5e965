import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { diskPeopleKeys } from "../../../functions/adapters/disk/people-keys.ts";
import { peopleKeysContract } from "../../contracts/people-keys.contract.ts";

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "tidemark-keys-"));

peopleKeysContract("a folder", async () => {
  const folder = await newFolder();
  return { keys: diskPeopleKeys(join(folder, "keys")), close: () => rm(folder, { recursive: true, force: true }) };
});

it("keeps each in a file for its owner only, and leaves nothing beside", async () => {
  const folder = await newFolder();
  try {
    const keys = diskPeopleKeys(folder);
    await keys.make("acme", "first");
    await keys.make("acme", "second");
    expect(await readdir(folder)).toEqual(["acme.key"]);
    expect((await stat(join(folder, "acme.key"))).mode & 0o777).toBe(0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

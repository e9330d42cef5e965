import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { diskUpstreamCredentials } from "../../../functions/adapters/disk/upstream-credentials.ts";
import { upstreamCredentialsContract } from "../../contracts/upstream-credentials.contract.ts";

const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-upstreams-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

upstreamCredentialsContract("a folder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-upstreams-"));
  return {
    credentials: diskUpstreamCredentials(folder),
    close: () => rm(folder, { recursive: true, force: true }),
  };
});

it("repeats nothing of a file that can't be read", () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, "acme.json"), '{"origin": "https://chat.example.org", "credential": hunter2}');
    const failure = await diskUpstreamCredentials(folder)
      .find("acme")
      .catch((error: unknown) => error);
    expect(String(failure)).toContain("the upstream credential of acme can't be read");
    expect(String((failure as Error).stack)).not.toContain("hunter2");
  }));

import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { diskSigningSecrets } from "../../../functions/adapters/disk/signing-secrets.ts";
import { signingSecretsContract } from "../../contracts/signing-secrets.contract.ts";

signingSecretsContract("a folder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-signing-"));
  return { secrets: diskSigningSecrets(folder), close: () => rm(folder, { recursive: true, force: true }) };
});

it("keeps signing secrets in files for their owner only", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-signing-"));
  try {
    const inner = join(folder, "signing");
    await diskSigningSecrets(inner).keep("acme", "c1", "whsec_one");
    expect(await readdir(inner)).toEqual(["acme.c1"]);
    expect((await stat(join(inner, "acme.c1"))).mode & 0o777).toBe(0o600);
    expect((await stat(inner)).mode & 0o777).toBe(0o700);
    expect(await readFile(join(inner, "acme.c1"), "utf8")).toBe("whsec_one");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

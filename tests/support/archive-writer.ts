import { diskArchive } from "../../functions/adapters/disk/archive.ts";
import { SAMPLE_HOUR } from "./samples.ts";

/** Writes one revision after the other until it is killed; says so once the first is there. */
const [, , folder = "", from = "0"] = process.argv;
const archive = diskArchive(folder);
for (let revision = Number(from); ; revision++) {
  const bytes = Buffer.from(JSON.stringify({ revision, filled: String(revision % 10).repeat(200_000) }));
  await archive.write("acme", SAMPLE_HOUR, revision, bytes);
  if (revision === Number(from)) process.stdout.write("writing\n");
}

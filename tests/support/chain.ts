import { documentIn } from "../../functions/core/document.ts";
import { createHash } from "node:crypto";
import type { Parts } from "../../functions/tasks/parts.ts";

/**
 * Walks every revision of every hour and holds number, hash and predecessor of each against the bytes; the archive's
 * against the table's.
 * @returns what does not fit, in words; nothing when all does.
 */
export const brokenLinks = async (parts: Parts, workspace: string): Promise<string[]> => {
  const head = await parts.hours.head(workspace);
  if (head === undefined) return ["there is no head"];
  const broken: string[] = [];
  const byNumber = new Map<
    number,
    { readonly name: string; readonly sha256: string; readonly previous: string | null }
  >();
  for (let hour = head.firstHour; hour <= head.closedThrough; hour++) {
    const latest = await parts.snapshots.read(workspace, hour);
    if (latest === undefined) continue;
    for (let revision = 0; revision <= latest.revision; revision++) {
      const snapshot = await parts.snapshots.read(workspace, hour, revision);
      if (snapshot === undefined) continue;
      const { publication, hour: name } = documentIn(snapshot.bytes);
      const sha256 = `sha256:${createHash("sha256").update(snapshot.bytes).digest("hex")}`;
      const label = `${String(name)} revision ${revision}`;
      if (sha256 !== snapshot.sha256) broken.push(`${label} does not have its own hash`);
      const archived =
        revision === latest.revision
          ? await parts.archive.read(workspace, hour)
          : await parts.archive.readSuperseded(workspace, hour, revision);
      if (archived === undefined || Buffer.compare(archived, snapshot.bytes) !== 0)
        broken.push(`${label} is archived otherwise`);
      if (Buffer.from(snapshot.bytes).indexOf("\n") !== snapshot.bytes.length - 1)
        broken.push(`${label} is not one line`);
      byNumber.set(publication?.number ?? -1, { name: label, sha256, previous: publication?.previous ?? null });
    }
  }
  let previous: string | null = null;
  for (let number = 1; number <= head.publication.number; number++) {
    const link = byNumber.get(number);
    if (link === undefined) broken.push(`publication ${number} is missing`);
    else if (link.previous !== previous) broken.push(`${link.name} does not follow publication ${number - 1}`);
    previous = link?.sha256 ?? previous;
  }
  if (previous !== head.publication.sha256) broken.push("the head names another last publication");
  if (byNumber.size !== head.publication.number) broken.push("there are publications without a number of their own");
  return broken;
};

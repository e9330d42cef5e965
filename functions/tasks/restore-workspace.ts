import { unknownUntil } from "../core/connections.ts";
import { Failure } from "../core/failure.ts";
import type { Head } from "../core/head.ts";
import { type Hour, HOUR_SECONDS, hourOf } from "../core/hour.ts";
import { NO_PASSWORD } from "../core/password.ts";
import { type Examination, type Examined, examination, examine, type Place, type Unfit } from "../core/examining.ts";
import { isOver, Past, restoredHead, restoredWorkspace } from "../core/restoring.ts";
import { type Day, dayOf, packDay } from "../core/series.ts";
import { digestOf, type Document, documentIn } from "../core/document.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Archived } from "../ports/archived.ts";
import type { Restoring } from "../ports/restoring.ts";
import { ADMINISTRATOR, newClientKey, newDeploymentId } from "./create-workspace.ts";
import { newUserId } from "./manage-users.ts";
import type { Parts } from "./parts.ts";

/** What restoring takes. */
export type RestoreParts = Pick<
  Parts,
  "workspaces" | "hours" | "snapshots" | "series" | "archive" | "clock" | "secret"
> & { readonly archived: Archived; readonly restoring: Restoring };

/** How to go about it. */
export interface RestoreHow {
  /** Goes on without the hours that do not fit, which are then missing, instead of stopping. */
  readonly isAround: boolean;
  /** Called with objects of the archive that were looked at or put back, and how many there are. */
  readonly onProgress: (what: "examined" | "restored", done: number, of: number) => void;
}

/** A workspace that stands again. */
export interface RestoredWorkspace {
  readonly workspace: Workspace;
  readonly head: Head;
  readonly publications: number;
  readonly hours: number;
  /** What was left out. */
  readonly unfit: readonly Unfit[];
  /** It stood already, as the archive has it; nothing was written. */
  readonly wasThere: boolean;
}

/** The archive is not as it was written, or the table is not empty; nothing was made of it. */
export class NotRestored extends Error {
  override readonly name = "NotRestored";
  readonly unfit: readonly Unfit[];
  constructor(message: string, unfit: readonly Unfit[] = []) {
    super(message);
    this.unfit = unfit;
  }
}

/** Objects that are asked for at once. */
const AT_ONCE = 16;

const read = (
  parts: Pick<Parts, "archive">,
  workspace: string,
  { hour, superseded }: Pick<Place, "hour" | "superseded">,
) =>
  superseded === null ? parts.archive.read(workspace, hour) : parts.archive.readSuperseded(workspace, hour, superseded);

const examineAll = async (
  parts: RestoreParts,
  workspace: string,
  onProgress: RestoreHow["onProgress"],
): Promise<Examination> => {
  const places: Place[] = [];
  const found: (Examined | Unfit)[] = [];
  for await (const one of parts.archived.documents(workspace))
    if ("hour" in one) places.push({ ...one, workspace });
    else found.push({ key: one.key, hour: null, problem: "is no key of a document" });
  for (let at = 0; at < places.length; at += AT_ONCE) {
    const some = places.slice(at, at + AT_ONCE);
    found.push(...(await Promise.all(some.map(async (place) => examine(place, await read(parts, workspace, place))))));
    onProgress("examined", Math.min(at + AT_ONCE, places.length), places.length);
  }
  return examination(found);
};

/** Bytes that were examined before; in between nobody may have changed them. */
const readAgain = async (parts: RestoreParts, workspace: string, one: Examined): Promise<Uint8Array> => {
  const bytes = await read(parts, workspace, { ...one, superseded: one.isSuperseded ? one.revision : null });
  if (bytes === undefined || digestOf(bytes) !== one.sha256)
    throw new NotRestored(`${one.key} changed while it was read. Whoever writes to this archive has to stop first.`);
  return bytes;
};

/** Puts back one day: its publications, and its series once it is over. */
const restoreDay = async (
  parts: RestoreParts,
  workspace: string,
  day: Day,
  examined: readonly Examined[],
  { past, isDayOver }: { readonly past: Past; readonly isDayOver: boolean },
): Promise<void> => {
  const standing = new Map<Hour, Document>();
  for (let at = 0; at < examined.length; at += AT_ONCE) {
    const snapshots = await Promise.all(
      examined.slice(at, at + AT_ONCE).map(async (one) => ({
        ...one,
        bytes: await readAgain(parts, workspace, one),
        carriedIn: unknownUntil(one.hour * HOUR_SECONDS),
        madeAt: one.writtenAt,
      })),
    );
    const [other] = await parts.restoring.put(workspace, snapshots);
    if (other !== undefined)
      throw new NotRestored(`In the table something else stands in the place of ${other.key}. Give an empty table.`);
    // By hour and revision, so the one that stands comes last of its hour.
    for (const { hour, bytes } of snapshots) standing.set(hour, documentIn(bytes));
  }
  for (const [hour, document] of standing) past.note(hour, document);
  if (!isDayOver) return;
  const publication = Math.max(...examined.map(({ number }) => number));
  await parts.series.keep(
    workspace,
    day,
    packDay(day, (hour) => standing.get(hour)),
    publication,
  );
};

/** Shows the latest, and makes what was put back a workspace: only now is there one. */
const settle = async (parts: RestoreParts, workspace: Workspace, head: Head): Promise<void> => {
  const { id } = workspace;
  const latest = await parts.snapshots.read(id, head.restoredThrough ?? head.firstHour);
  if (latest === undefined) throw new NotRestored(`What was just written of ${id} is not there any more.`);
  const { window, takenAt, revision } = documentIn(latest.bytes);
  await parts.snapshots.keepLatest(id, {
    bytes: latest.bytes,
    windowEnd: Date.parse(window.end),
    isSnapshot: true,
    takenAt: Date.parse(takenAt),
    revision,
  });
  const isMade = await parts.workspaces.create(workspace, head, {
    name: `admin-${id}`,
    userId: newUserId(parts),
    workspace: id,
    // Until an operator gives it one.
    passwordHash: NO_PASSWORD,
    scopes: ADMINISTRATOR,
    createdAt: parts.clock(),
  });
  if (!isMade) throw new NotRestored(`Somebody made the workspace ${id}, or an account admin-${id}, meanwhile.`);
};

/** What stands already, when it is what the archive has. */
const standing = async (
  parts: RestoreParts,
  id: string,
  { fit, unfit }: Examination,
  last: Examined,
): Promise<RestoredWorkspace | undefined> => {
  const [workspace, head] = await Promise.all([parts.workspaces.find(id), parts.hours.head(id)]);
  if (workspace === undefined && head === undefined) return undefined;
  const { number, sha256 } = head?.publication ?? {};
  if (workspace === undefined || head === undefined || number !== last.number || sha256 !== last.sha256)
    throw new NotRestored(
      `The table has a workspace ${id} already, ${head === undefined ? "without a history" : `with ${number} publications`}, and the archive has ${last.number}. ` +
        "A workspace is restored into a table that has none of its name.",
    );
  return { workspace, head, publications: fit.length, hours: hoursIn(fit), unfit, wasThere: true };
};

const hoursIn = (fit: readonly Examined[]): number => new Set(fit.map(({ hour }) => hour)).size;

/**
 * Rebuilds a workspace from what it has published, which is all that the archive holds: snapshots, the order of
 * publications, series, and the head that closes the next hour. Everything is held against its chain before anything is
 * written. A run that was cut short is simply repeated, and one that was not changes nothing.
 * @throws NotRestored when something of the archive does not fit, or another workspace of the name stands;
 * Failure `workspace.missing` when the archive has none.
 */
export const restoreWorkspace =
  (parts: RestoreParts) =>
  async (id: string, { isAround, onProgress }: RestoreHow): Promise<RestoredWorkspace> => {
    const found = await examineAll(parts, id, onProgress);
    const { fit, unfit } = found;
    if (unfit.length > 0 && !isAround) throw new NotRestored(`The archive of ${id} is not as it was written.`, unfit);
    const last = fit.reduce<Examined | undefined>(
      (a, b) => (a === undefined || b.number > a.number ? b : a),
      undefined,
    );
    if (last === undefined)
      throw new Failure("workspace.missing", `The archive has no documents of a workspace ${id}.`, { workspace: id });
    const there = await standing(parts, id, found, last);
    if (there !== undefined) return there;
    const now = parts.clock();
    const closedThrough = Math.max(fit.at(-1)?.hour ?? 0, hourOf(now) - 1);
    const past = new Past();
    let done = 0;
    for (const [day, examined] of Map.groupBy(fit, ({ hour }) => dayOf(hour))) {
      await restoreDay(parts, id, day, examined, { past, isDayOver: isOver(day, closedThrough) });
      done += examined.length;
      onProgress("restored", done, fit.length);
    }
    const head = restoredHead(past, { last, isWhole: unfit.length === 0, now });
    const workspace = restoredWorkspace(id, past, {
      now,
      clientKey: newClientKey(parts),
      deploymentId: newDeploymentId(parts),
    });
    await settle(parts, workspace, head);
    return { workspace, head, publications: fit.length, hours: hoursIn(fit), unfit, wasThere: false };
  };

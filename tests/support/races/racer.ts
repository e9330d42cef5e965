import { localParts } from "../../../functions/adapters/compose.ts";
import { polledSources } from "../../../functions/adapters/sources.ts";
import { closeDueHours } from "../../../functions/tasks/close-hours.ts";
import { findWorkspace } from "../../../functions/tasks/find-workspace.ts";
import { ingestEvents } from "../../../functions/tasks/ingest-events.ts";
import type { Parts } from "../../../functions/tasks/parts.ts";
import { refreshStatistics } from "../../../functions/tasks/refresh-statistics.ts";
import type { Act, Ground, Outcome } from "./racers.ts";

/** One that races has clients, lanes and caches of its own, as another function has. */
const partsOn = ({ endpoint, table, archiveFolder }: Ground, now: () => number): Parts =>
  localParts({
    dynamodbEndpoint: endpoint,
    table,
    archiveFolder,
    sources: polledSources(`${archiveFolder}-upstreams`),
    clock: now,
    expires: false,
    graceSeconds: 0,
    cooldownSeconds: 60,
    storesFrom: 1,
  });

const OWN_ID_CHARACTERS = 20;

const send = (parts: Parts, { workspace, id, events }: Act & { readonly what: "send" }): Promise<unknown> => {
  const batch = id ?? parts.secret(OWN_ID_CHARACTERS);
  return ingestEvents(parts)({ workspace, id: batch, bodyHash: batch, events, mayAdjust: false, import: undefined });
};

const refresh = async (parts: Parts, { workspace }: Act): Promise<unknown> => {
  const { state, bytes } = await refreshStatistics(parts)(await findWorkspace(parts)(workspace));
  return { state, document: Buffer.from(bytes).toString() };
};

const answerTo = (parts: Parts, act: Act): Promise<unknown> => {
  if (act.what === "send") return send(parts, act);
  return act.what === "close" ? closeDueHours(parts)(act.workspace) : refresh(parts, act);
};

/** Does one act; a failure is an outcome, too. */
const outcomeOf = async (parts: Parts, act: Act): Promise<Outcome> => {
  try {
    return { state: "done", answer: await answerTo(parts, act) };
  } catch (error) {
    return { state: "failed", why: String(error) };
  }
};

/** Several that race from one process; each begins when told, and with an own connection that is open by then. */
export class Racers {
  readonly #all: readonly Parts[];
  #now = 0;

  constructor(ground: Ground, count: number) {
    this.#all = Array.from({ length: count }, () => partsOn(ground, () => this.#now));
  }

  /** Opens connections, so that the start of a race is one. */
  async warmUp(): Promise<void> {
    await Promise.all(this.#all.map((parts) => parts.workspaces.find("nobody")));
  }

  async race(act: Act, now: number): Promise<readonly Outcome[]> {
    this.#now = now;
    return Promise.all(this.#all.map((parts) => outcomeOf(parts, act)));
  }
}

import { digestOf } from "../core/document.ts";
import { Failure } from "../core/failure.ts";
import { feedTaken } from "../dialects/rocketchat/body.ts";
import { roomsQuery, webhookFeed, webhookToken } from "../dialects/rocketchat/webhook.ts";
import { jsonAnswer } from "../edge/answer.ts";
import { crashOf } from "../edge/crash.ts";
import { jsonOf } from "../edge/json-body.ts";
import { findWorkspace } from "../tasks/find-workspace.ts";
import { identifyCaller } from "../tasks/identify-caller.ts";
import type { ingestEvents } from "../tasks/ingest-events.ts";
import type { Parts } from "../tasks/parts.ts";
import { limitBatches, limitPerMinute, V1_CALLS } from "./call-limits.ts";
import type { RocketchatOperations } from "./rocketchat-caller.ts";
import { leavingTrail } from "./trail.ts";

type Ingest = ReturnType<typeof ingestEvents>;

/** Loaded at the first payload: most of what this dialect is asked counts nothing. */
const lateIngest = (parts: Parts): (() => Promise<Ingest>) => {
  let loading: Promise<Ingest> | undefined;
  const load = async (): Promise<Ingest> => (await import("../tasks/ingest-events.ts")).ingestEvents(parts);
  return () => (loading ??= load());
};

/** What came of a payload. */
type Taken = Parameters<typeof feedTaken>[0];

const NOTHING: Taken = { accepted: 0, replayed: false, refused: [] };

/**
 * A Rocket.Chat server's outgoing webhooks as a feed of events. Its answer is 200 for everything that trying again
 * would not change, and 503 where it would: the server tries again after that and not after 500.
 */
export const feedOperations = (
  parts: Parts,
  log: (line: object) => void,
): Pick<RocketchatOperations, "takeWebhook"> => {
  const identify = identifyCaller(parts);
  const find = findWorkspace(parts);
  const limit = limitPerMinute(parts, V1_CALLS);
  const limitTogether = limitBatches(parts);
  const ingest = lateIngest(parts);
  const take = async (
    request: Parameters<RocketchatOperations["takeWebhook"]>[0],
    bytes: Uint8Array,
  ): Promise<Taken> => {
    const body = jsonOf(bytes);
    const token = webhookToken(body);
    if (token === undefined) throw new Failure("credential.missing", "The payload carries no token.");
    const credential = await identify(token);
    // Another kind of secret in a payload is as good as unknown: nobody learns what else it is for.
    if (!credential.scopes.includes("feed")) throw new Failure("credential.unknown", "This token is not known here.");
    await find(credential.workspace);
    limit(request, { credential });
    await limitTogether(credential);
    const feed = webhookFeed(body, roomsQuery(request.query));
    if (feed === undefined || feed.events.length === 0) return NOTHING;
    // Not by credential: two integrations that tell of the same message tell it once.
    const id = `rocketchat:${digestOf(Buffer.from(feed.id))}`;
    const { workspace } = credential;
    const count = await ingest();
    const batch = { workspace, id, bodyHash: id, events: feed.events, mayAdjust: false, import: undefined };
    const { accepted, replayed, refused } = await leavingTrail(
      log,
      { requestId: request.id, workspace, batch: id },
      (tell) => count(batch, tell),
    );
    return { accepted, replayed, refused };
  };
  return {
    takeWebhook: async (request, _caller, { bytes }) => {
      try {
        return jsonAnswer(feedTaken(await take(request, bytes)));
      } catch (error) {
        if (error instanceof Failure) throw error;
        log({ event: "RequestFailed", requestId: request.id, route: "POST /ingest/rocketchat", ...crashOf(error) });
        throw new Failure("store.busy", "Something failed on our side; send it again.", {}, error);
      }
    },
  };
};

import { type Channel, MOST_CHANNELS, shownTarget, type Target } from "../core/channel.ts";
import type { Credential } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import type { Notice, Topic } from "../core/notice.ts";
import { signingSecret } from "../core/webhook.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Sent } from "../ports/delivering.ts";
import type { Act } from "../ports/audit.ts";
import { limitAsking } from "./limit-asking.ts";
import { nameOf } from "./note-act.ts";
import type { Parts } from "./parts.ts";

type ChannelParts = Pick<Parts, "channels" | "signingSecrets" | "senders" | "calls" | "clock" | "secret" | "audit">;

const ID_CHARACTERS = 12;
const ACT_CHARACTERS = 17;
/** Of 62 characters to choose from: 190 bits of chance. */
const SECRET_CHARACTERS = 32;

const actOf = (
  parts: ChannelParts,
  workspace: string,
  credential: Credential,
  action: string,
  details: Act["details"],
): Act => ({
  workspace,
  id: parts.secret(ACT_CHARACTERS),
  at: parts.clock(),
  by: nameOf(credential),
  action,
  details,
});

/** A channel to be added. */
export interface GivenChannel {
  readonly label: string;
  readonly topics: readonly Topic[];
  readonly target: Target;
}

/**
 * Adds a channel. A webhook's signing secret is made here, and shown by nothing but this answer.
 * @throws Failure `channel.too-many`; `upstream.no-vault` where a deployment has no place for secrets.
 */
export const addChannel =
  (parts: ChannelParts) =>
  async (
    workspace: string,
    credential: Credential,
    given: GivenChannel,
  ): Promise<{ readonly channel: Channel; readonly secret: string | undefined }> => {
    const channel: Channel = { id: parts.secret(ID_CHARACTERS), ...given, createdAt: parts.clock() };
    const secret = given.target.kind === "webhook" ? signingSecret(parts.secret(SECRET_CHARACTERS)) : undefined;
    const mustFit = (channels: readonly Channel[]): void => {
      if (channels.length >= MOST_CHANNELS)
        throw new Failure("channel.too-many", `There are ${channels.length} channels: remove one first.`);
    };
    mustFit(await parts.channels.list(workspace));
    // Before the channel: one without its secret could sign nothing, a secret without its channel harms nobody.
    if (secret !== undefined) await parts.signingSecrets.keep(workspace, channel.id, secret);
    const { id, label, topics, target } = channel;
    await parts.channels.change(
      workspace,
      (channels) => {
        mustFit(channels);
        return [...channels, channel];
      },
      actOf(parts, workspace, credential, "channel.added", { id, label, topics, target: shownTarget(target) }),
    );
    return { channel, secret };
  };

const missing = (): Failure => new Failure("channel.missing", "There is no channel of this id.");

/**
 * Removes a channel, and what it was signed with; deliveries on their way to it are dropped.
 * @throws Failure `channel.missing`.
 */
export const removeChannel =
  (parts: ChannelParts) =>
  async (workspace: string, credential: Credential, id: string): Promise<void> => {
    const found = (await parts.channels.list(workspace)).find((channel) => channel.id === id);
    if (found === undefined) throw missing();
    await parts.channels.change(
      workspace,
      (channels) => channels.filter((channel) => channel.id !== id),
      actOf(parts, workspace, credential, "channel.removed", { id, label: found.label }),
    );
    await parts.signingSecrets.remove(workspace, id);
  };

/**
 * Sends a notice to one channel now, so that its owner sees what comes and whether it does; it is not tried again.
 * @throws Failure `channel.missing`, `rate.exceeded`.
 */
export const testChannel =
  (parts: ChannelParts) =>
  async (workspace: Workspace, credential: Credential, id: string): Promise<Sent> => {
    const channel = (await parts.channels.list(workspace.id)).find((one) => one.id === id);
    if (channel === undefined) throw missing();
    await limitAsking(parts)(`CHANNEL#${workspace.id}`, "Channels are tested");
    const now = parts.clock();
    const notice: Notice = {
      id: `test/${id}`,
      topic: channel.topics[0] ?? "alert",
      at: now,
      title: `Test of the channel ${channel.label}`,
      lines: [`Notices of ${workspace.name} come here: ${channel.topics.join(", ")}.`],
      data: { test: true },
    };
    const sent = await parts.senders[channel.target.kind](
      channel,
      {
        id: `msg_test${parts.secret(ID_CHARACTERS)}`,
        workspace: { id: workspace.id, name: workspace.name },
        notice,
        html: undefined,
        attachments: [],
      },
      now,
    );
    const outcome = sent.isTaken ? { isTaken: true } : { isTaken: false, why: sent.why };
    await parts.audit.note(actOf(parts, workspace.id, credential, "channel.tested", { id, ...outcome }));
    return sent;
  };

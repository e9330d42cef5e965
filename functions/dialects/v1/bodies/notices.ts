import type { ReportRecord } from "../../../core/report-record.ts";
import { type Channel, shownTarget } from "../../../core/channel.ts";
import type { Delivery } from "../../../core/delivery.ts";
import { isoOf } from "../../../core/instant.ts";
import { placeCursor } from "../queries/workspaces.ts";

/** Why nothing goes out to a kind of channel; undefined where it may. */
type Unable = (kind: Channel["target"]["kind"]) => string | undefined;

const channelFields = ({ id, label, topics, target, createdAt }: Channel, unable: Unable): object => ({
  id,
  label,
  topics,
  ...shownTarget(target),
  unable: unable(target.kind) ?? null,
  createdAt: isoOf(createdAt),
});

/** The channels of a workspace; none of their secrets, and of a webhook's address no more than tells it from others. */
export const channelsBody = (channels: readonly Channel[], unable: Unable): string =>
  JSON.stringify({ channels: channels.map((channel) => channelFields(channel, unable)) });

/** The answer of `POST /v1/channels`, which alone shows a webhook's secret. */
export const newChannelBody = (channel: Channel, unable: Unable, secret: string | undefined): string =>
  JSON.stringify({ ...channelFields(channel, unable), ...(secret === undefined ? {} : { secret }) });

const deliveryFields = ({ dueAt, state, addedAt, finishedAt, ...told }: Delivery): object => ({
  ...told,
  state,
  addedAt: isoOf(addedAt),
  dueAt: state === "pending" ? isoOf(dueAt) : null,
  finishedAt: finishedAt === null ? null : isoOf(finishedAt),
});

const cursorIn = (next: string | undefined): object => (next === undefined ? {} : { next: placeCursor(next) });

/** Deliveries on their way, and a page of those that came to their end. */
export const deliveriesBody = (
  pending: readonly Delivery[],
  page: { readonly deliveries: readonly Delivery[]; readonly next: string | undefined },
): string =>
  JSON.stringify({
    pending: pending.map(deliveryFields),
    deliveries: page.deliveries.map(deliveryFields),
    ...cursorIn(page.next),
  });

/** A page of reports, the latest periods first. */
export const reportsBody = (records: readonly ReportRecord[], next: string | undefined): string =>
  JSON.stringify({
    reports: records.map(({ id, kind, name, label, from, to, timeZone, madeAt, hours, wholeHours, lead }) => ({
      id,
      kind,
      period: name,
      label,
      from: isoOf(from),
      to: isoOf(to),
      tz: timeZone,
      madeAt: isoOf(madeAt),
      hours,
      wholeHours,
      lead,
    })),
    ...cursorIn(next),
  });

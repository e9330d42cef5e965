import { dateIn, hourOfWeekIn } from "../../core/instant.ts";
import { dateLabel } from "../../core/report-period.ts";
import type { Headline } from "../../core/summary.ts";

/** Headline numbers as a reader without a glossary calls them. */
const NAMES: Readonly<Record<string, string>> = {
  "users.seen": "Active users",
  "users.joined": "New users",
  "users.total": "Users in all",
  "messages.sent": "Messages sent",
  "messages.removed": "Messages removed",
  "rooms.used": "Active rooms",
  "rooms.opened": "New rooms",
  "uploads.added": "Uploads",
  "uploads.addedBytes": "Size of uploads",
  "connections.peak": "Peak connections",
  "memory.freeLow": "Lowest free memory",
};
/** What readers of a report call a statistic; `label` where they have no other word. */
export const nameOf = (statistic: string, label = statistic): string => NAMES[statistic] ?? label;

/** What readers call the kinds that messages are counted by. */
export const KIND_NAMES: Readonly<Record<string, string>> = {
  channels: "Channels",
  privateGroups: "Private groups",
  direct: "Direct messages",
  omnichannel: "Omnichannel",
  discussions: "Discussions",
};

/** A space that ends no line: a number keeps its sign. */
export const NARROW = "\u00a0";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** What stands where nobody knows. */
export const UNKNOWN = "not known";

const POWERS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** Powers of a thousand, as disks and networks are sold. */
export const bytesText = (bytes: number): string => {
  let value = bytes;
  let power = 0;
  while (Math.abs(value) >= 1_000 && power < POWERS.length - 1) {
    value /= 1_000;
    power++;
  }
  return `${(Math.abs(value) < 10 && power > 0 ? oneDecimal : whole).format(value)}${NARROW}${POWERS[power] ?? ""}`;
};

/** A number with its thousands apart; bytes with a unit. */
export const numberText = (value: number | null, unit = ""): string =>
  value === null ? UNKNOWN : unit === "bytes" ? bytesText(value) : whole.format(value);

/** A mean, with a decimal where it is small. */
export const meanText = (value: number): string => (value < 10 ? oneDecimal : whole).format(value);

const percents = (ratio: number): string =>
  `${(Math.abs(ratio) < 0.1 ? oneDecimal : whole).format(Math.abs(ratio) * 100)}${NARROW}%`;

/** A share, such as `99.8 %`; one that is nearly whole is not called whole. */
export const shareText = (share: number): string =>
  `${oneDecimal.format(share === 1 ? 100 : Math.min(Math.floor(share * 1_000) / 10, 99.9))}${NARROW}%`;

/** How a number moved, in words that need no colour. */
export interface Movement {
  readonly direction: "up" | "down" | "";
  readonly text: string;
  readonly verdict: "better" | "worse" | "";
}

/** A headline held against the period before. */
export const movementOf = ({ change, changeRatio, good, unit, value }: Headline): Movement => {
  if (change === null) return { direction: "", text: value === null ? "" : "nothing to compare with", verdict: "" };
  if (change === 0) return { direction: "", text: "unchanged", verdict: "" };
  const isUp = change > 0;
  const amount = numberText(Math.abs(change), unit);
  const share = changeRatio === null ? "" : ` (${percents(changeRatio)})`;
  return {
    direction: isUp ? "up" : "down",
    text: `${amount} ${isUp ? "more" : "less"}${share}`,
    verdict: good === null ? "" : (good === "up") === isUp ? "better" : "worse",
  };
};

const two = (value: number): string => String(value).padStart(2, "0");

/** The hour of the day of an instant, `17:00`, with its minutes where the zone is off by some. */
export const timeText = (timeZone: string, start: string): string => {
  const at = Date.parse(start);
  const [, hour] = hourOfWeekIn(timeZone, at);
  const minutes = new Intl.DateTimeFormat("en", { timeZone, minute: "numeric" }).format(at);
  return `${two(hour)}:${two(Number(minutes))}`;
};

/** `Friday, 1 March 2024`. */
export const dayText = (timeZone: string, start: string): string => dateLabel(dateIn(timeZone, Date.parse(start)));
/** `Fri 1 Mar`. */
export const shortDay = (timeZone: string, start: string): string => {
  const [weekday = "", day = "", month = ""] = dayText(timeZone, start).replace(",", "").split(" ");
  return `${weekday.slice(0, 3)} ${day} ${month.slice(0, 3)}`;
};
/** `Fri 1 Mar, 17:00`. */
export const momentText = (timeZone: string, start: string): string =>
  `${shortDay(timeZone, start)}, ${timeText(timeZone, start)}`;

const REASONS: Readonly<Record<string, string>> = {
  "reporters-silent": "no server was heard",
  started: "the workspace had just begun",
  paused: "the workspace was paused",
  "not-observed": "nobody observed it",
  restored: "what was known of it was lost, and the history restored from the archive",
  "not-archived": "its document was lost with its archive",
  "directory-lost": "how many users or rooms there were is not known since the history was restored",
  "not-reported": "the server told nothing",
  "closing-failed": "the hour could not be closed",
};
/** Why an hour was not wholly observed; a reason without words of its own is told as it is. */
export const reasonText = (reasons: readonly string[]): string =>
  reasons.length === 0 ? "nothing more is known" : reasons.map((reason) => REASONS[reason] ?? reason).join(", ");

const STATUSES: Readonly<Record<string, string>> = {
  complete: "complete",
  imported: "imported",
  restated: "restated",
  partial: "partly observed",
  missing: "not observed",
  failed: "could not be closed",
  open: "still open",
};
/** How an hour was observed, in readers' words. */
export const statusText = (status: string): string => STATUSES[status] ?? status;

/** `1 hour`, `2 hours`. */
export const plural = (count: number, one: string): string => `${numberText(count)} ${one}${count === 1 ? "" : "s"}`;

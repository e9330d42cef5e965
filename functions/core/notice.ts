/** What notices are about; a channel takes some of these. */
export const TOPICS = ["report.daily", "report.weekly", "report.monthly", "alert"] as const;
/** What a channel may take. */
export type Topic = (typeof TOPICS)[number];

/** Something that people outside are told: it goes once to each channel that takes its topic. */
export interface Notice {
  /**
   * Made from what it tells of, so that whoever makes it again makes the same one: `report.daily/2026-11-20`,
   * `alert/messages.sent/2026-11-21T09`. 1 to 200 characters from `[A-Za-z0-9._:/-]`, unique within its workspace.
   */
  readonly id: string;
  readonly topic: Topic;
  /** When it came about, milliseconds since 1970 UTC. */
  readonly at: number;
  /** One line that says it all: the subject of a mail. */
  readonly title: string;
  /** Plain text for a reader, a line each. */
  readonly lines: readonly string[];
  /** The same for machines: plain JSON, no secrets, no ids of users. */
  readonly data: Readonly<Record<string, unknown>>;
}

const ID = /^[\w.:/-]{1,200}$/;

/** Whether a text may be the id of a {@link Notice}. */
export const isNoticeId = (text: string): boolean => ID.test(text);

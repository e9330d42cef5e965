import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Row } from "../../local/import/lean-zulip.ts";

/** So many messages Zulip itself writes to a file. */
const MESSAGES_IN_A_FILE = 1_000;

/** Numbers things as they are first met, from 1. */
class Numbering {
  readonly #numbers = new Map<string, { readonly number: number; readonly first: number }>();

  of(name: string, time: number): number {
    const known = this.#numbers.get(name) ?? { number: this.#numbers.size + 1, first: time };
    this.#numbers.set(name, known);
    return known.number;
  }

  get all(): readonly { readonly number: number; readonly first: number }[] {
    return [...this.#numbers.values()];
  }
}

/** Writes messages of a public chat back into the shape that Zulip exports them in: numbers for names, and no text. */
export const writeZulipExport = async (folder: string, rows: AsyncIterable<Row>): Promise<number> => {
  await mkdir(folder, { recursive: true });
  const people = new Numbering();
  const channels = new Numbering();
  let messages: object[] = [];
  let files = 0;
  let count = 0;
  const flush = async (): Promise<void> => {
    const name = `messages-${String(++files).padStart(6, "0")}.json`;
    await writeFile(join(folder, name), JSON.stringify({ zerver_message: messages, zerver_usermessage: [] }));
    messages = [];
  };
  for await (const { time, sender, channel, topic } of rows) {
    messages.push({
      id: ++count,
      sender: people.of(sender, time),
      recipient: 1_000 + channels.of(channel, time),
      subject: topic,
      date_sent: time + 0.25,
      has_attachment: false,
    });
    if (messages.length === MESSAGES_IN_A_FILE) await flush();
  }
  if (messages.length > 0) await flush();
  const realm = {
    zerver_realm: [{ id: 1, string_id: "lean" }],
    zerver_userprofile: people.all.map(({ number, first }) => ({
      id: number,
      email: `user${number}@example.org`,
      is_bot: false,
      is_active: true,
      role: 400,
      date_joined: first,
    })),
    zerver_stream: channels.all.map(({ number, first }) => ({ id: number, invite_only: false, date_created: first })),
    zerver_recipient: channels.all.map(({ number }) => ({ id: 1_000 + number, type: 2, type_id: number })),
  };
  await writeFile(join(folder, "realm.json"), JSON.stringify(realm));
  return count;
};

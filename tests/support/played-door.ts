/** A batch as it came. */
export interface Came {
  readonly id: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly events: readonly { readonly id: string; readonly sequence?: string }[];
}

/** What the server does with a try: answers, counts without a word, or never answers. */
export type Play = (came: Came) => Response | "count-and-hang-up" | "hang-up" | "stall";

const json = (status: number, body: object, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });

/** An answer that is a problem. */
export const problem = (
  status: number,
  slug: string,
  headers: Record<string, string> = {},
  more: object = {},
): Response => json(status, { type: `/problems/${slug}`, detail: `said ${slug}`, ...more }, headers);

/** The event's door as a test plays it: counts a batch id once, as the real one does, and keeps every try. */
export class PlayedDoor {
  readonly tries: Came[] = [];
  /** Ids of events, in the order in which they were counted. */
  readonly counted: string[] = [];
  readonly #answers = new Map<string, object>();
  #next = 1;
  /** What `sequence` says is expected next. */
  get next(): number {
    return this.#next;
  }
  set next(number: number) {
    this.#next = number;
  }
  play: Play = (came) => this.count(came);

  readonly fetch = async (url: string, { method, body, headers, signal }: RequestInit): Promise<Response> => {
    if (method === "GET")
      return json(200, { source: decodeURIComponent(url.split("/").at(-1) ?? ""), next: this.#next });
    const told = headers as Record<string, string>;
    const text = new TextDecoder().decode(body as Uint8Array);
    const came: Came = {
      id: told["idempotency-key"] ?? "",
      body: text,
      headers: told,
      events: JSON.parse(text) as Came["events"],
    };
    this.tries.push(came);
    const played = this.play(came);
    if (played === "count-and-hang-up") this.count(came);
    if (played === "stall")
      await new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason as Error));
      });
    if (typeof played === "string") throw new TypeError("fetch failed", { cause: new Error("socket hang up") });
    return played;
  };

  /** Counts a batch, or answers again what was answered before. */
  readonly count = ({ id, events }: Came): Response => {
    const before = this.#answers.get(id);
    if (before !== undefined) return json(200, { ...before, replayed: true });
    const { sequence } = events[0] ?? {};
    if (sequence !== undefined && Number(sequence) > this.#next)
      return problem(409, "sequence-gap", {}, { expected: this.#next });
    const fresh = events.filter((one) => one.sequence === undefined || Number(one.sequence) >= this.#next);
    if (sequence !== undefined) this.#next = Math.max(this.#next, Number(sequence) + events.length);
    const refused = fresh.flatMap((one) => (one.id.startsWith("bad") ? [one] : []));
    const good = fresh.filter((one) => !refused.includes(one));
    this.counted.push(...good.map((one) => one.id));
    const answer = {
      batch: id,
      accepted: good.length,
      duplicates: events.length - fresh.length,
      refusedCount: refused.length,
      refused: refused.map((one) => ({
        index: events.indexOf(one),
        id: one.id,
        code: "event-too-old",
        detail: "too old",
      })),
    };
    this.#answers.set(id, answer);
    return json(200, { ...answer, replayed: false });
  };
}

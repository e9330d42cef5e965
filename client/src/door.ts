import type { Batch } from "./batch.ts";
import type { Settings } from "./options.ts";
import { type Reply, type Setback, type Verdict, verdictOf } from "./verdict.ts";

/** Anything may be thrown, nothing too. */
const messageOf = (error: unknown): string => {
  const { message, cause } = Object(error) as { message?: unknown; cause?: { message?: unknown } | null };
  return [message, cause?.message].filter((one) => typeof one === "string" && one !== "").join(": ") || String(error);
};

/** A try that failed on the way. */
const failed = (error: unknown, isUncertain: boolean): Setback => ({
  to: "try-again",
  detail: messageOf(error),
  isUncertain,
});

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value);

/** The server's door: what is asked there, one request at a time. */
export class Door {
  readonly #settings: Settings;
  readonly #stopped: AbortSignal;

  /** @param stopped ends what is under way. */
  constructor(settings: Settings, stopped: AbortSignal) {
    this.#settings = settings;
    this.#stopped = stopped;
  }

  /** Sends a batch once. */
  async send({ id, entries, body, isGzipped }: Batch): Promise<Verdict> {
    const headers = {
      "content-type": "application/cloudevents-batch+json",
      "idempotency-key": id,
      ...(isGzipped ? { "content-encoding": "gzip" } : {}),
    };
    let isOnItsWay = false;
    try {
      const onItsWay = (): void => {
        isOnItsWay = true;
      };
      const reply = await this.#ask("/v1/events", { method: "POST", body }, headers, onItsWay);
      return verdictOf(reply, entries.length, this.#settings.now());
    } catch (error) {
      return failed(error, isOnItsWay);
    }
  }

  /** The number that the server expects next of this source; one that never sent any begins with 1. */
  async nextNumber(): Promise<number | Setback> {
    try {
      const reply = await this.#ask(
        `/v1/reporters/${encodeURIComponent(this.#settings.source)}`,
        { method: "GET" },
        {},
      );
      const body = JSON.parse(reply.text) as Readonly<Record<string, unknown>>;
      if (reply.status === 200) return isNumber(body["next"]) ? body["next"] : 1;
      if (reply.status === 404 && body["type"] === "/problems/reporter-missing") return 1;
      const verdict = verdictOf(reply, 0, this.#settings.now());
      // Asking counts nothing, and there is nothing to split or to number anew.
      if (verdict.to === "try-again") return { ...verdict, isUncertain: false };
      return {
        to: "lose",
        detail: `the server answered ${reply.status} when asked for the next number`,
        status: reply.status,
      };
    } catch (error) {
      return failed(error, false);
    }
  }

  async #ask(
    path: string,
    request: RequestInit,
    headers: Readonly<Record<string, string>>,
    onItsWay?: () => void,
  ): Promise<Reply> {
    const { url, credential, timeoutMs, after, fetch } = this.#settings;
    const controller = new AbortController();
    const { signal } = controller;
    const stop = (): void => controller.abort(new Error("closing could wait no longer"));
    const cancel = after(timeoutMs, () => controller.abort(new Error(`no answer within ${timeoutMs} ms`)));
    this.#stopped.addEventListener("abort", stop);
    const asked = async (): Promise<Reply> => {
      const secret = typeof credential === "string" ? credential : await credential();
      signal.throwIfAborted();
      onItsWay?.();
      const response = await fetch(`${url}${path}`, {
        ...request,
        headers: { ...headers, authorization: `Bearer ${secret}` },
        signal,
        redirect: "manual",
      });
      const { status } = response;
      return { status, retryAfter: response.headers.get("retry-after"), text: await response.text() };
    };
    // Whoever was given in the place of fetch or of the credential may not know of the signal.
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
    try {
      if (this.#stopped.aborted) stop();
      return await Promise.race([asked(), aborted]);
    } finally {
      cancel();
      this.#stopped.removeEventListener("abort", stop);
    }
  }
}

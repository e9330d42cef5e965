import { setTimeout } from "node:timers/promises";

/** Where requests go, and as whom. */
export interface Api {
  readonly baseUrl: string;
  readonly key: string;
  /** For an operator's key: the workspace it is used for. */
  readonly workspace?: string | undefined;
}

/** An answer that is no success; `problem` is its problem+json body, as far as it was one. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: number;
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(what: string, status: number, problem: Readonly<Record<string, unknown>>) {
    const detail = problem["detail"];
    super(`${what} was answered with ${status}${typeof detail === "string" ? `: ${detail}` : ""}`);
    this.status = status;
    this.problem = problem;
  }

  /** `import-open` of `/problems/import-open`. */
  get slug(): string | undefined {
    const { type } = this.problem;
    return typeof type === "string" ? type.split("/").at(-1) : undefined;
  }
}

/** The server could not be reached. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

interface Sent {
  readonly body?: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Together with the pauses between them, about a minute: a restart of the other side is sat out. */
const TRIES = 10;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 15_000;
const ANSWER_MS = 120_000;

const once = async (api: Api, method: string, path: string, { body, headers }: Sent): Promise<Response> => {
  const init: RequestInit = {
    method,
    headers: {
      authorization: `Bearer ${api.key}`,
      ...(api.workspace === undefined ? {} : { "x-tidemark-workspace": api.workspace }),
      ...headers,
    },
    signal: AbortSignal.timeout(ANSWER_MS),
  };
  try {
    return await fetch(new URL(path, api.baseUrl), body === undefined ? init : { ...init, body });
  } catch (error) {
    const { cause } = error as { cause?: { message?: string } };
    throw new Unreachable(`${api.baseUrl} can't be reached (${cause?.message ?? String(error)})`, { cause: error });
  }
};

/** How long to wait before a further try; undefined when a further try would do no better. */
const pauseAfter = (status: number, retryAfter: string | null, tries: number): number | undefined => {
  if (status !== 429 && status < 500) return undefined;
  const grown = FIRST_PAUSE_MS * 2 ** tries;
  const asked = Number(retryAfter ?? 0) * 1_000;
  return Math.min(Math.max(grown, Number.isFinite(asked) ? asked : 0), LONGEST_PAUSE_MS);
};

/**
 * Asks the API for something; network errors, 429 and 5xx are tried again, so only send what may come twice.
 * @throws ApiFailure, Unreachable.
 */
export const ask = async <T>(api: Api, method: string, path: string, sent: Sent = {}): Promise<T> => {
  for (let tries = 1; ; tries++) {
    let response: Response;
    try {
      response = await once(api, method, path, sent);
    } catch (error) {
      if (!(error instanceof Unreachable) || tries >= TRIES) throw error;
      await setTimeout(Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS));
      continue;
    }
    const text = await response.text();
    if (response.ok) return (text === "" ? undefined : JSON.parse(text)) as T;
    const pause = pauseAfter(response.status, response.headers.get("retry-after"), tries);
    if (pause === undefined || tries >= TRIES)
      throw new ApiFailure(`${method} ${path}`, response.status, problemIn(text));
    await setTimeout(pause);
  }
};

/** The problem of a failed answer, as far as its body is one. */
export const problemIn = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
};

/**
 * Asks once whether somebody is there, so that a wrong address is told at once.
 * @throws Unreachable, ApiFailure.
 */
export const knock = async (api: Api): Promise<void> => {
  const { ok, status } = await once(api, "GET", "/healthz", {});
  if (!ok) throw new ApiFailure("GET /healthz", status, {});
};

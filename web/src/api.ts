import { headersOf, type Session } from "./session.ts";

/** An answer that is no success, in words for the one who reads the page. */
export class Refused extends Error {
  /** 0 when nobody answered. */
  readonly status: number;
  /** The slug of the problem; empty where the answer names none. */
  readonly slug: string;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, body: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.body = body;
    this.slug = typeof body["type"] === "string" ? body["type"].replace("/problems/", "") : "";
  }
}

/** What the reader gave can't be sent as it is; the message says why. */
export class Wrong extends Error {}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const messageOf = (status: number, body: Readonly<Record<string, unknown>>): string =>
  text(body["detail"]) ??
  text(body["message"]) ??
  text(body["error"]) ??
  (status >= 500
    ? `Tidemark could not answer (${status}). Try again in a moment.`
    : `The server answered with ${status}.`);

/** What an answer says: the server is ours, and its description says what each route answers. */
export const answerOf = async <T>(response: Response): Promise<T> => (await response.json()) as T;

const jsonOf = async (response: Response): Promise<Readonly<Record<string, unknown>>> => {
  try {
    return await answerOf(response);
  } catch {
    return {};
  }
};

/**
 * Asks the server.
 * @throws Refused for every answer that is no success, and for none.
 */
export const send = async (
  session: Session | undefined,
  method: string,
  path: string,
  body?: object,
): Promise<Response> => {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      cache: "no-store",
      headers: {
        ...(session === undefined ? {} : headersOf(session)),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new Refused(0, "Tidemark can't be reached. Check that it runs and that you are online, then try again.");
  }
  if (response.ok) return response;
  const problem = await jsonOf(response);
  throw new Refused(response.status, messageOf(response.status, problem), problem);
};

/** Asks the server for JSON. @throws Refused. */
export const ask = async <T>(session: Session | undefined, path: string): Promise<T> =>
  answerOf<T>(await send(session, "GET", path));

/** What to tell about anything that went wrong. */
export const told = (failure: unknown): string =>
  failure instanceof Refused || failure instanceof Wrong
    ? failure.message
    : "Something went wrong on this page. Load it again.";

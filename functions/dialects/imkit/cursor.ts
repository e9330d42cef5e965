import { isId } from "../../core/event-field.ts";
import { Failure } from "../../core/failure.ts";
import { isWhole } from "../../core/fields.ts";
import type { Window } from "../../core/observed.ts";

/** Where a long list goes on: in which window, after which id. */
export interface Cursor {
  readonly window: Window;
  readonly after: string;
}

/** A cursor tells nothing to callers and may change. It holds the window, because the default one moves on. */
export const cursorOf = ({ window: { start, end }, after }: Cursor): string =>
  Buffer.from(JSON.stringify([start, end, after])).toString("base64url");

const read = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    return undefined;
  }
};

/** The last one that a date can hold (ECMAScript, «Time Values»). */
const LAST_INSTANT = 8.64e15;

const isInstant = (value: unknown): value is number => isWhole(value) && value <= LAST_INSTANT;

/**
 * Reads a cursor.
 * @throws Failure `parameter.invalid`.
 */
export const cursorIn = (text: string): Cursor => {
  const value = read(text);
  if (Array.isArray(value)) {
    const [start, end, after]: readonly unknown[] = value;
    if (isInstant(start) && isInstant(end) && typeof after === "string" && isId(after))
      return { window: { start, end }, after };
  }
  throw new Failure("parameter.invalid", "cursor is not one that a report gave as next: send it unchanged.", {
    parameter: "cursor",
  });
};

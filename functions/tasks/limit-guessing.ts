import { Failure } from "../core/failure.ts";
import { MINUTE_MS } from "../core/hour.ts";
import { networkOf } from "../core/network.ts";
import { Turns } from "../core/turns.ts";
import type { Parts } from "./parts.ts";

/** Wrong passwords are counted in windows of this length; a lock lasts to the end of the window after. */
const WINDOW_MS = 5 * MINUTE_MS;
/** Wrong passwords in two windows, after which a name is locked. */
const MOST_FOR_NAME = 5;
/** The same from one network, whatever the names: many people may share one. */
const MOST_FOR_NETWORK = 50;
/** Comparing a password takes a third of a second, and a caller waits half a minute at most. */
const MOST_WAITING = 64;

/** Whose password somebody tries, and from which address. */
export interface Guess {
  readonly name: string;
  readonly sourceIp: string;
}

/** Tries a password unless there were too many wrong ones before; throws Failure `account.locked` then. */
export type TryPassword = (guess: Guess, isRight: () => Promise<boolean>) => Promise<boolean>;

interface Subject {
  readonly text: string;
  readonly most: number;
}

const locked = (until: number, now: number): Failure =>
  new Failure("account.locked", "There were too many wrong passwords: wait, and then give the right one.", {
    retryAfterSeconds: Math.max(Math.ceil((until - now) / 1_000), 1),
  });

/**
 * Holds guessing of passwords back, by name and by network, across processes: five wrong ones lock a name for five to
 * ten minutes, for the right one, too. A try is counted before the password is compared and taken back when it was
 * right, so that many at once get no further than one after another; in one process they wait for each other. Names
 * that nobody has are counted like the others: a caller can't tell them apart.
 */
export const limitGuessing = (parts: Pick<Parts, "calls" | "clock">): TryPassword => {
  const turns = new Turns(MOST_WAITING);

  const countTry = async (subjects: readonly Subject[], window: number, now: number): Promise<void> => {
    const before = await Promise.all(
      subjects.map(({ text }) =>
        Promise.all([parts.calls.counted(text, window - WINDOW_MS), parts.calls.counted(text, window)]),
      ),
    );
    for (const [at, { most }] of subjects.entries()) {
      const [previous = 0, current = 0] = before[at] ?? [];
      // What is refused is not counted: a lock ends, however long somebody goes on.
      if (previous + current >= most) throw locked(window + (current >= most ? 2 : 1) * WINDOW_MS, now);
    }
    const counts = await Promise.all(subjects.map(({ text }) => parts.calls.count(text, window, WINDOW_MS)));
    const isOver = subjects.some(({ most }, at) => (before[at]?.[0] ?? 0) + (counts[at] ?? 0) > most);
    if (!isOver) return;
    await takeBack(subjects, window);
    throw locked(window + WINDOW_MS, now);
  };

  const takeBack = async (subjects: readonly Subject[], window: number): Promise<void> => {
    await Promise.all(subjects.map(({ text }) => parts.calls.discount(text, window)));
  };

  return ({ name, sourceIp }, isRight) =>
    turns.take(async () => {
      const now = parts.clock();
      const window = Math.floor(now / WINDOW_MS) * WINDOW_MS;
      const subjects = [
        { text: `password of ${name}`, most: MOST_FOR_NAME },
        { text: `password from ${networkOf(sourceIp)}`, most: MOST_FOR_NETWORK },
      ];
      await countTry(subjects, window, now);
      let wasWrong = false;
      try {
        wasWrong = !(await isRight());
      } finally {
        // A comparison that failed was no guess.
        if (!wasWrong) await takeBack(subjects, window);
      }
      return !wasWrong;
    });
};

import type { Node } from "constructs";

/** What a context value has to be, in words for whoever got it wrong. */
export interface Kind<Value> {
  /** What is the matter with another value; goes on after the key. */
  readonly refusal: string;
  /** A value that would do. */
  readonly example: string;
  /** The value in a text; undefined for a text that holds none. */
  readonly read: (text: string) => Value | undefined;
}

/** Keys of context and what each has to be. */
export type Kinds = Readonly<Record<string, Kind<unknown>>>;
/** What was given, by key; undefined for what was not. */
export type Given<Known extends Kinds> = {
  readonly [Key in keyof Known]: Known[Key] extends Kind<infer Value> ? Value | undefined : never;
};

/** A text of a shape. */
export const textLike = (name: string, shape: RegExp, example: string): Kind<string> => ({
  refusal: `is no ${name}`,
  example,
  read: (text) => (shape.test(text) ? text : undefined),
});

/** One of a few words. */
export const oneOf = <Word extends string>(...words: readonly [Word, ...Word[]]): Kind<Word> => ({
  refusal: `is none of ${words.join(", ")}`,
  example: words[0],
  read: (text) => words.find((word) => word === text),
});

/** A whole number within bounds, ends included. */
export const wholeNumber = (unit: string, least: number, most: number, example = least): Kind<number> => ({
  refusal: `is no whole number of ${unit} from ${least} to ${most}`,
  example: String(example),
  read: (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  },
});

/** Some of a kind, with commas between. */
export const listOf = <Value>({ refusal, example, read }: Kind<Value>): Kind<readonly Value[]> => ({
  refusal: `has a part, between commas, that ${refusal}`,
  example,
  read: (text) => {
    const values = text.split(",").map((part) => read(part.trim()));
    return values.every((value) => value !== undefined) ? values : undefined;
  },
});

/** CDK's own keys hold one of these, those of `cdk.json` that nobody here ever chose among them. */
const isOfCdk = (key: string): boolean => /[@:/]/.test(key);

/** What `-c key=value` gives is text; `cdk.json` may hold numbers and switches, too. */
const textOf = (value: unknown): string | undefined => {
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
};

const EDITS = 3;

/** How many letters have to be changed, added or left out to make one word of the other. */
const distance = (one: string, other: string): number => {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [row, letter] of Array.from(one).entries()) {
    const line = [row + 1];
    for (const [column, wanted] of Array.from(other).entries())
      line.push(
        Math.min(
          (line[column] ?? 0) + 1,
          (above[column + 1] ?? 0) + 1,
          (above[column] ?? 0) + (letter.toLowerCase() === wanted.toLowerCase() ? 0 : 1),
        ),
      );
    above = line;
  }
  return above.at(-1) ?? 0;
};

const unknownKey = (key: string, known: readonly string[]): string => {
  const [nearest] = known
    .map((name) => ({ name, away: distance(key, name) }))
    .toSorted((one, other) => one.away - other.away);
  const meant = nearest !== undefined && nearest.away <= EDITS ? `did you mean ${nearest.name}?` : "leave it out.";
  return `${key} is nothing that a deployment can be told: ${meant} Known are ${known.join(", ")}.`;
};

/**
 * Reads what whoever deploys says, as `-c key=value` or in `cdk.json` or `cdk.context.json`; nothing else reads context.
 * @throws an Error that names everything that is wrong at once: the key, what it has to be, and what would do.
 */
export const readContext = <Known extends Kinds>(node: Node, kinds: Known): Given<Known> => {
  const wrong: string[] = [];
  // CDK offers no other way to see all keys than this, which a test holds on to.
  const given = node.getAllContext() as Readonly<Record<string, unknown>>;
  const known = Object.keys(kinds);
  for (const key of Object.keys(given)) if (!known.includes(key) && !isOfCdk(key)) wrong.push(unknownKey(key, known));
  const read = Object.entries(kinds).map(([key, kind]) => {
    const value = given[key];
    if (value === undefined || value === null) return [key, undefined];
    const text = textOf(value);
    const found = text === undefined ? undefined : kind.read(text);
    if (found === undefined)
      wrong.push(
        `${key} ${kind.refusal} (${JSON.stringify(value)}): give -c ${key}=${kind.example} or the like, or leave it out.`,
      );
    return [key, found];
  });
  if (wrong.length > 0) throw new Error(`The context of this deployment is wrong:\n${told(wrong)}`);
  return Object.fromEntries(read) as Given<Known>;
};

const told = (wrong: readonly string[]): string => wrong.map((complaint) => `- ${complaint}`).join("\n");

import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** An item as an engine holds it. */
export type Stored = Readonly<Record<string, AttributeValue>>;

/** Names and values that an expression stands for. */
export interface Places {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

const TOKEN = /\s*([#:]?[A-Za-z_]\w*|<=|>=|[=<>(),+])/gy;

const cut = new Map<string, readonly string[]>();

/** The words of an expression; each is cut once, because a program has few of them. */
const wordsOf = (expression: string): readonly string[] => {
  const known = cut.get(expression);
  if (known !== undefined) return known;
  const words: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < expression.trimEnd().length; at = TOKEN.lastIndex) {
    const found = TOKEN.exec(expression);
    if (found === null) throw new Error(`the engine in memory can't read «${expression}» from ${at} on`);
    words.push(found[1] as string);
  }
  cut.set(expression, words);
  return words;
};

/** Reads the words of an expression one by one. */
class Reader {
  readonly #expression: string;
  readonly #words: readonly string[];
  readonly #places: Places;
  #at = 0;

  constructor(expression: string, places: Places) {
    this.#expression = expression;
    this.#words = wordsOf(expression);
    this.#places = places;
  }

  get word(): string | undefined {
    return this.#words[this.#at];
  }

  next(): string {
    const { word } = this;
    if (word === undefined) throw this.unread();
    this.#at++;
    return word;
  }

  is(word: string): boolean {
    if (this.word !== word) return false;
    this.#at++;
    return true;
  }

  must(word: string): void {
    if (!this.is(word)) throw this.unread();
  }

  unread(): Error {
    return new Error(`the engine in memory can't read «${this.#expression}» at «${this.word ?? "its end"}»`);
  }

  /** An attribute's name, spelt out or by its place. */
  name(): string {
    const word = this.next();
    if (!word.startsWith("#")) return word;
    const name = this.#places.ExpressionAttributeNames?.[word];
    if (name === undefined) throw this.unread();
    return name;
  }

  /** What a value's place or a name stands for; undefined for an attribute that the item does not have. */
  operand(item: Stored | undefined): AttributeValue | undefined {
    if (this.word?.startsWith(":") !== true) {
      const name = this.name();
      return item?.[name];
    }
    const value = this.#places.ExpressionAttributeValues?.[this.next()];
    if (value === undefined) throw this.unread();
    return value;
  }
}

/** Less than 0, 0, or more; undefined for two of different types. */
const compared = (a: AttributeValue, b: AttributeValue): number | undefined => {
  if (a.N !== undefined && b.N !== undefined) return Number(a.N) - Number(b.N);
  if (a.S !== undefined && b.S !== undefined) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(a.B, b.B);
  if (a.BOOL !== undefined && b.BOOL !== undefined) return a.BOOL === b.BOOL ? 0 : undefined;
  return undefined;
};

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

const term = (reader: Reader, item: Stored | undefined): boolean => {
  if (reader.is("(")) {
    const holds = anyOf(reader, item);
    reader.must(")");
    return holds;
  }
  for (const [name, isMeant] of [
    ["attribute_exists", true],
    ["attribute_not_exists", false],
  ] as const)
    if (reader.is(name)) {
      reader.must("(");
      const attribute = reader.name();
      reader.must(")");
      return (item?.[attribute] !== undefined) === isMeant;
    }
  const left = reader.operand(item);
  const comparison = COMPARISONS[reader.next()];
  if (comparison === undefined) throw reader.unread();
  const right = reader.operand(item);
  if (left === undefined || right === undefined) return false;
  const order = compared(left, right);
  return order !== undefined && comparison(order);
};

const allOf = (reader: Reader, item: Stored | undefined): boolean => {
  let holds = term(reader, item);
  while (reader.is("AND")) holds = term(reader, item) && holds;
  return holds;
};

const anyOf = (reader: Reader, item: Stored | undefined): boolean => {
  let holds = allOf(reader, item);
  while (reader.is("OR")) holds = allOf(reader, item) || holds;
  return holds;
};

/** Whether a condition holds for an item, or for none; without a condition it does. */
export const holds = (condition: string | undefined, places: Places, item: Stored | undefined): boolean => {
  if (condition === undefined) return true;
  const reader = new Reader(condition, places);
  const found = anyOf(reader, item);
  if (reader.word !== undefined) throw reader.unread();
  return found;
};

const sum = (a: AttributeValue | undefined, b: AttributeValue | undefined): AttributeValue => ({
  N: String(Number(a?.N ?? 0) + Number(b?.N ?? 0)),
});

/** An item after an update with `SET`, `ADD` and `REMOVE`. */
export const updated = (update: string, places: Places, before: Stored): Stored => {
  const reader = new Reader(update, places);
  const item: Record<string, AttributeValue> = { ...before };
  while (reader.word !== undefined) {
    const clause = reader.next();
    do {
      const name = reader.name();
      if (clause === "REMOVE") delete item[name];
      else if (clause === "ADD") item[name] = sum(before[name], reader.operand(before));
      else if (clause === "SET") {
        reader.must("=");
        let value = reader.operand(before);
        if (reader.is("+")) value = sum(value, reader.operand(before));
        if (value === undefined) throw reader.unread();
        item[name] = value;
      } else throw reader.unread();
    } while (reader.is(","));
  }
  return item;
};

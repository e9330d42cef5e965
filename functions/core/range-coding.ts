/**
 * Range coding: a number takes as many bits as it is surprising. Each column of numbers learns its own odds from the
 * numbers that went before, and whoever reads learns the same ones, so no table of odds is stored. Columns have names,
 * and come to be when they are first written or read.
 */

/** How often each decision was 0 and 1, in pairs. */
type Odds = Uint16Array;

/** A number is told as its length in bits, decision by decision, then its bits below the highest. Longer ones share. */
const LENGTHS = 16;
const SIGN = LENGTHS;
/** Of those bits the first three have odds of their own for every length; the others share one. */
const NODES = 8;
const DECISIONS = LENGTHS + 1 + LENGTHS * NODES;
const BYTE_DECISIONS = 256;
/** Counts are halved here: what came lately weighs more. */
const MOST = 255;

/** Odds by the names of their columns. */
class Columns {
  readonly #odds = new Map<string, Odds>();
  readonly #decisions: number;

  constructor(decisions: number) {
    this.#decisions = decisions;
  }

  of(name: string): Odds {
    let found = this.#odds.get(name);
    if (found === undefined) this.#odds.set(name, (found = new Uint16Array(2 * this.#decisions)));
    return found;
  }
}

const FULL = 0xffffffff;

/** Where `[low, high]` is cut: the lower part is as large as 0 is likely. */
const cut = (low: number, high: number, odds: Odds, at: number): number => {
  const zeros = 2 * (odds[at] as number) + 1;
  const ones = 2 * (odds[at + 1] as number) + 1;
  return low + Math.floor(((high - low) * zeros) / (zeros + ones));
};

const learn = (odds: Odds, at: number, bit: number): void => {
  const seen = (odds[at + bit] as number) + 1;
  odds[at + bit] = seen;
  if (seen < MOST) return;
  odds[at] = (odds[at] as number) >> 1;
  odds[at + 1] = (odds[at + 1] as number) >> 1;
};

const lengthAt = (length: number): number => 2 * Math.min(length, LENGTHS - 1);
const bitAt = (length: number, node: number): number =>
  2 * (LENGTHS + 1 + Math.min(length, LENGTHS - 1) * NODES + (node < NODES ? node : 0));

const bitLength = (value: number): number => {
  let length = 32 - Math.clz32(Math.min(value, FULL));
  while (value >= 2 ** length) length++;
  return length;
};

/** Writes numbers and texts; a {@link RangeReader} reads them back in the same order. */
export class RangeWriter {
  readonly #numbers = new Columns(DECISIONS);
  /** How many numbers or bytes come. */
  readonly #counts = new Columns(DECISIONS);
  readonly #texts = new Columns(BYTE_DECISIONS);
  readonly #bytes: number[] = [];
  #low = 0;
  #high = FULL;

  /** A whole number from 0 up. */
  number(column: string, value: number): void {
    this.#number(this.#numbers.of(column), value);
  }

  /** Any whole number. */
  signed(column: string, value: number): void {
    const numbers = this.#numbers.of(column);
    this.#number(numbers, Math.abs(value));
    if (value !== 0) this.#bit(numbers, 2 * SIGN, value < 0 ? 1 : 0);
  }

  /** Whole numbers from 0 up, each larger than the one before. */
  rising(column: string, values: readonly number[]): void {
    const numbers = this.#numbers.of(column);
    this.#number(this.#counts.of(column), values.length);
    let due = 0;
    for (const value of values) {
      this.#number(numbers, value - due);
      due = value + 1;
    }
  }

  text(column: string, text: string): void {
    const odds = this.#texts.of(column);
    const bytes = Buffer.from(text);
    this.#number(this.#counts.of(column), bytes.length);
    for (const byte of bytes) {
      let node = 1;
      for (let left = 7; left >= 0; left--) {
        const bit = (byte >> left) & 1;
        this.#bit(odds, 2 * node, bit);
        node = 2 * node + bit;
      }
    }
  }

  /** What was written. */
  end(): Uint8Array {
    // One byte more tells the last part from its neighbours; a reader takes the rest for zeros.
    this.#bytes.push((this.#low >>> 24) + 1);
    return Uint8Array.from(this.#bytes);
  }

  #number(odds: Odds, value: number): void {
    const length = bitLength(value);
    for (let at = 0; at < length; at++) this.#bit(odds, lengthAt(at), 1);
    this.#bit(odds, lengthAt(length), 0);
    let node = 1;
    let rest = length > 0 ? value - 2 ** (length - 1) : 0;
    for (let left = length - 2; left >= 0; left--) {
      const bit = rest >= 2 ** left ? 1 : 0;
      rest -= bit * 2 ** left;
      this.#bit(odds, bitAt(length, node), bit);
      node = 2 * node + bit;
    }
  }

  #bit(odds: Odds, at: number, bit: number): void {
    const middle = cut(this.#low, this.#high, odds, at);
    if (bit === 0) this.#high = middle;
    else this.#low = middle + 1;
    learn(odds, at, bit);
    while ((this.#low ^ this.#high) >>> 24 === 0) {
      this.#bytes.push(this.#high >>> 24);
      this.#low = (this.#low << 8) >>> 0;
      this.#high = ((this.#high << 8) | 0xff) >>> 0;
    }
  }
}

/** Zeros that a reader may take for the end: it looks four bytes ahead. */
const AHEAD = 4;

/** Reads what a {@link RangeWriter} wrote. */
export class RangeReader {
  readonly #numbers = new Columns(DECISIONS);
  /** How many numbers or bytes come. */
  readonly #counts = new Columns(DECISIONS);
  readonly #texts = new Columns(BYTE_DECISIONS);
  readonly #bytes: Uint8Array;
  #next = 0;
  #low = 0;
  #high = FULL;
  #code = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let at = 0; at < AHEAD; at++) this.#take();
  }

  number(column: string): number {
    return this.#number(this.#numbers.of(column));
  }

  signed(column: string): number {
    const numbers = this.#numbers.of(column);
    const value = this.#number(numbers);
    return value !== 0 && this.#bit(numbers, 2 * SIGN) === 1 ? -value : value;
  }

  rising(column: string): number[] {
    const numbers = this.#numbers.of(column);
    const values: number[] = [];
    let due = 0;
    for (let left = this.#number(this.#counts.of(column)); left > 0; left--) {
      const value = due + this.#number(numbers);
      values.push(value);
      due = value + 1;
    }
    return values;
  }

  text(column: string): string {
    const odds = this.#texts.of(column);
    const bytes: number[] = [];
    for (let left = this.#number(this.#counts.of(column)); left > 0; left--) {
      let node = 1;
      while (node < BYTE_DECISIONS) node = 2 * node + this.#bit(odds, 2 * node);
      bytes.push(node - BYTE_DECISIONS);
    }
    return Buffer.from(bytes).toString();
  }

  #number(odds: Odds): number {
    let length = 0;
    while (this.#bit(odds, lengthAt(length)) === 1) length++;
    let node = 1;
    let value = length > 0 ? 1 : 0;
    for (let left = length - 2; left >= 0; left--) {
      const bit = this.#bit(odds, bitAt(length, node));
      value = 2 * value + bit;
      node = 2 * node + bit;
    }
    return value;
  }

  #bit(odds: Odds, at: number): number {
    const middle = cut(this.#low, this.#high, odds, at);
    const bit = this.#code > middle ? 1 : 0;
    if (bit === 0) this.#high = middle;
    else this.#low = middle + 1;
    learn(odds, at, bit);
    while ((this.#low ^ this.#high) >>> 24 === 0) {
      this.#low = (this.#low << 8) >>> 0;
      this.#high = ((this.#high << 8) | 0xff) >>> 0;
      this.#take();
    }
    return bit;
  }

  #take(): void {
    if (this.#next >= this.#bytes.length + AHEAD) throw new Error("the stored numbers end too early");
    this.#code = ((this.#code << 8) | (this.#bytes[this.#next++] ?? 0)) >>> 0;
  }
}

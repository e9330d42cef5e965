/** Tokens of RFC 8259; sticky, so that each is tried only where the last one ended. */
const BLANK = /[ \t\n\r]*/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** What may come next; `…-or-end` right after a bracket. */
type Expected = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "after";

/** Walks along a text, token by token. */
class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  eat(token: RegExp): boolean {
    token.lastIndex = this.at;
    if (!token.test(this.text)) return false;
    this.at = token.lastIndex;
    return true;
  }

  /** By hand: over a string of megabytes a regular expression would run out of stack. */
  eatString(): boolean {
    for (this.at++; this.at < this.text.length;) {
      const code = this.text.charCodeAt(this.at);
      if (code < 0x20) return false;
      if (code === 0x22) {
        this.at++;
        return true;
      }
      if (code !== 0x5c) this.at++;
      else if (!this.eat(ESCAPE)) return false;
    }
    return false;
  }
}

/**
 * Where a text stops being JSON. `JSON.parse` tells the position only in some of its messages.
 * @returns an index of UTF-16 units; the text's length when it ends too early, or is JSON after all.
 */
export const positionOfError = (text: string): number => {
  const scanner = new Scanner(text);
  const open: ("[" | "{")[] = [];
  let expected: Expected = "value";
  for (;;) {
    scanner.eat(BLANK);
    const character = text[scanner.at];
    if (character === undefined) return text.length;
    const inside = open.at(-1);
    const mayEnd = expected === "after" || expected.endsWith("-or-end");
    if (mayEnd && inside !== undefined && character === (inside === "{" ? "}" : "]")) {
      scanner.at++;
      open.pop();
      expected = "after";
    } else if (expected === "after" || expected === "colon") {
      if (character !== (expected === "colon" ? ":" : ",") || inside === undefined) return scanner.at;
      scanner.at++;
      expected = expected === "colon" || inside === "[" ? "value" : "key";
    } else if (character === '"') {
      if (!scanner.eatString()) return scanner.at;
      expected = expected.startsWith("key") ? "colon" : "after";
    } else if (expected.startsWith("key")) {
      return scanner.at;
    } else if (character === "{" || character === "[") {
      scanner.at++;
      open.push(character);
      expected = character === "{" ? "key-or-end" : "value-or-end";
    } else {
      if (!scanner.eat(SCALAR)) return scanner.at;
      expected = "after";
    }
  }
};

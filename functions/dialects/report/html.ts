import htm from "htm";

/** Text that is HTML already, because a template here made it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, whatever it holds; nothing is made of null. */
export type Part = Markup | string | number | null | undefined | readonly Part[];

type Attributes = Readonly<Record<string, string | number | true>> | null;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ESCAPES[one] ?? "");

/** A part as HTML. */
export const textOf = (part: Part): string => {
  if (part === null || part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  return part.map(textOf).join("");
};

/** Elements that hold nothing, and have no end (HTML, 13.1.2). */
const VOID: ReadonlySet<string> = new Set(["meta", "br", "hr", "img", "link", "input"]);

const element = (name: string, attributes: Attributes, ...children: readonly Part[]): Markup => {
  const told = Object.entries(attributes ?? {}).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const start = `<${name}${told.join("")}>`;
  return new Markup(VOID.has(name) ? start : `${start}${textOf(children)}</${name}>`);
};

/** What htm's declarations leave unsaid to who imports it as a module. */
type Htm = { bind: (make: typeof element) => (strings: TemplateStringsArray, ...parts: readonly Part[]) => Part };

/** A template of elements of HTML or SVG. Only what stands in a template itself can become markup. */
export const html = (htm as unknown as Htm).bind(element);

/** A style sheet of ours as it is: it is no text to escape. */
export const styleSheet = (css: string): Markup => new Markup(`<style>${css}</style>`);

/** HTML that is safe by the way it is put together: what is not markup is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | undefined | readonly Part[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it stands in HTML, in an attribute's quotes too. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ESCAPES[one] ?? "");

const textOf = (part: Part): string => {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  return part.map(textOf).join("");
};

/** A template whose parts are escaped unless they are markup themselves. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(strings.map((string, at) => string + (at < parts.length ? textOf(parts[at]) : "")).join(""));

/** A line of our Markdown: words, and code between backticks. */
export const inline = (text: string): Markup =>
  new Markup(
    text
      .split("`")
      .map((part, at) => (at % 2 === 0 ? escaped(part) : `<code>${escaped(part)}</code>`))
      .join(""),
  );

/** Paragraphs with a blank line between them. */
export const paragraphs = (text: string): Markup =>
  new Markup(
    text
      .split("\n\n")
      .map((one) => html`<p>${inline(one)}</p>`.text)
      .join("\n"),
  );

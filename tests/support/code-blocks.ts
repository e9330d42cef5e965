const BLOCK = /^```(\w*)[^\n]*\n([^]*?)^```$/gm;

/** The text of each block of code in a page of Markdown that is marked as of a language, such as `sh`. */
export const blocksIn = (page: string, language: string): readonly string[] =>
  [...page.matchAll(BLOCK)].filter(([, marked]) => marked === language).map(([, , text = ""]) => text);

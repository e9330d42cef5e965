/** Long enough for any domain; the names of its records, which begin with up to 24 characters more, still fit into 253. */
const MOST_CHARACTERS = 229;
/** What can't stand in a host name, but would mean something else to a parser of URLs. */
const NEVER = /[\s/\\:@?#[\]%]/;
/** RFC 1123: letters, digits and hyphens, no hyphen at either end, 63 at most. */
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
/** A name whose last part is a number is an address, or was meant as one (WHATWG URL). */
const NUMBER = /^(\d+|0x[0-9a-f]*)$/;

const asciiOf = (text: string): string | undefined => {
  try {
    // Spells international names in ASCII, as DNS holds them (UTS #46, RFC 5891).
    return new URL(`https://${text}`).hostname;
  } catch {
    return undefined;
  }
};

/**
 * A public domain in the spelling of DNS: lower case, international names in ASCII, without the final dot.
 * @returns undefined for what is none: too long, a single label, an address, localhost (RFC 6761), or no name at all.
 */
export const domainOf = (text: string): string | undefined => {
  if (text.length > MOST_CHARACTERS || NEVER.test(text)) return undefined;
  const ascii = asciiOf(text)?.replace(/\.$/, "");
  if (ascii === undefined || ascii.length > MOST_CHARACTERS) return undefined;
  const labels = ascii.split(".");
  const last = labels.at(-1) ?? "";
  const isDomain = labels.length > 1 && labels.every((label) => LABEL.test(label));
  return isDomain && last !== "localhost" && !NUMBER.test(last) ? ascii : undefined;
};

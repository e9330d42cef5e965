/** Rows of texts in aligned columns, two blanks apart; a line each. */
export const columns = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const all = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
};

/** A time as a person reads it, to the minute; a dash for none. */
export const minuteOf = (iso: string | null): string => (iso === null ? "-" : `${iso.slice(0, 16).replace("T", " ")}Z`);

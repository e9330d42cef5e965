/** An answer goes out through a function that takes 6 MB; what is over this is left for the next page. */
const MOST_BYTES = 4_000_000;

/** The texts of as many items as one answer holds, and of one at the least. */
export const bounded = <Item>(items: readonly Item[], textOf: (item: Item) => string): readonly string[] => {
  const held: string[] = [];
  let bytes = 0;
  for (const item of items) {
    const text = textOf(item);
    bytes += Buffer.byteLength(text);
    if (held.length > 0 && bytes > MOST_BYTES) break;
    held.push(text);
  }
  return held;
};

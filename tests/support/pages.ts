/** Most pages that a list in a test may have; one that never ends fails. */
const MOST_PAGES = 100;

/** Asks for page after page, each with the cursor of the one before, to the last. */
export const pagesOf = async <Page extends { readonly next: string | undefined }>(
  ask: (after: string | undefined) => Promise<Page>,
): Promise<Page[]> => {
  const pages = [await ask(undefined)];
  for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) {
    if (pages.length >= MOST_PAGES) throw new Error(`the list goes on after ${MOST_PAGES} pages`);
    pages.push(await ask(next));
  }
  return pages;
};

import { useState } from "preact/hooks";
import { ask } from "./api.ts";
import { useAsking } from "./asking.ts";
import { useLoaded } from "./loaded.ts";

interface Page {
  readonly next?: string;
}

/** As much of a long list as the reader asked for. */
export interface Paged<T> {
  /** Undefined before the first page. */
  readonly members: readonly T[] | undefined;
  readonly failure: string | undefined;
  readonly isLoading: boolean;
  /** Shows the page after; undefined after the last. */
  readonly more: (() => void) | undefined;
  /** Begins anew with the first page. */
  readonly reload: () => void;
}

const LIMIT = "50";

/**
 * Reads a list page by page, each when it is asked for.
 * @param lists the members of an answer that the list is made of, in this order.
 */
export const usePaged = <T>(path: string, ...lists: readonly string[]): Paged<T> => {
  const { session, notice } = useAsking();
  const [{ cursor, before }, setPlace] = useState<{ readonly cursor: string; readonly before: readonly T[] }>({
    cursor: "",
    before: [],
  });
  const query = new URLSearchParams({ limit: LIMIT, ...(cursor === "" ? {} : { cursor }) }).toString();
  const load = async () => {
    const page = await ask<Page>(session, `${path}?${query}`);
    const told = page as Readonly<Record<string, readonly T[] | undefined>>;
    return { cursor, members: [...before, ...lists.flatMap((list) => told[list] ?? [])], next: page.next };
  };
  const { value, failure, isLoading, reload } = useLoaded(`${path} ${cursor}`, load, notice);
  const next = value?.cursor === cursor ? value.next : undefined;
  return {
    members: value?.members,
    failure,
    isLoading,
    more: next === undefined ? undefined : () => setPlace({ cursor: next, before: value?.members ?? [] }),
    reload: () => {
      if (cursor === "") reload();
      else setPlace({ cursor: "", before: [] });
    },
  };
};

import { useEffect, useState } from "preact/hooks";

/** Views of the page, as the address names them. */
export const VIEWS = ["info", "trends", "reports", "completeness", "settings"] as const;
/** A view, by the part of the address after #. */
export type View = (typeof VIEWS)[number];

/** Where the reader is: a view, and what of it is shown. */
export interface Place {
  readonly view: View;
  readonly query: URLSearchParams;
}

const isView = (text: string): text is View => (VIEWS as readonly string[]).includes(text);

/** The place that the part of an address after # names; anything else is the Info view. */
export const placeIn = (hash: string): Place => {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  return { view: isView(path) ? path : "info", query: new URLSearchParams(query) };
};

/** The address of a place, from # on. */
export const addressOf = (view: View, query: Readonly<Record<string, string>> = {}): string => {
  const asked = new URLSearchParams(query).toString();
  return `#/${view}${asked === "" ? "" : `?${asked}`}`;
};

/** The place that the address names now. */
export const usePlace = (): Place => {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => setHash(location.hash);
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return placeIn(hash);
};

/** With what the reader of the page asks: a key of ours, or a user's session or personal access token. */
export type Session =
  | { readonly kind: "key"; readonly key: string; readonly workspace?: string }
  | { readonly kind: "user"; readonly userId: string; readonly authToken: string; readonly isLogin: boolean };

const PLACE = "tidemark-session";

/** Headers that say who asks. An operator's key names the workspace, too. */
export const headersOf = (session: Session): Record<string, string> =>
  session.kind === "user"
    ? { "x-auth-token": session.authToken, "x-user-id": session.userId }
    : {
        "x-api-key": session.key,
        ...(session.workspace === undefined ? {} : { "x-tidemark-workspace": session.workspace }),
      };

/** The session of this tab; it ends with the tab. */
export const keptSession = (): Session | undefined => {
  const text = sessionStorage.getItem(PLACE);
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as Session;
  } catch {
    return undefined;
  }
};

/** Keeps the session for this tab, or forgets it. */
export const keepSession = (session: Session | undefined): void => {
  if (session === undefined) sessionStorage.removeItem(PLACE);
  else sessionStorage.setItem(PLACE, JSON.stringify(session));
};

import { fieldOf } from "../field.ts";

/** What the form of the source holds. */
export interface SourceFields {
  readonly source: string;
  /** Undefined where no server is asked. */
  readonly upstream: { readonly url: string; readonly refresh: boolean; readonly allowPrivate?: boolean } | undefined;
  /** Undefined where the kept one stays. */
  readonly credential: object | undefined;
}

const credentialIn = (fields: FormData): object | undefined => {
  const [userId, authToken, apiKey] = ["userId", "authToken", "apiKey"].map((name) => fieldOf(fields, name));
  if (apiKey !== "" && apiKey !== undefined) return { apiKey };
  return authToken === "" || authToken === undefined ? undefined : { userId, authToken };
};

/** Reads the form. Only operators may say what a private address is, so others don't send it. */
export const sourceFields = (fields: FormData, isOperator: boolean): SourceFields => {
  const [source, url] = [fieldOf(fields, "source"), fieldOf(fields, "url")];
  return {
    source,
    upstream:
      source === "events" || url === ""
        ? undefined
        : {
            url,
            refresh: fields.get("refresh") !== null,
            ...(isOperator ? { allowPrivate: fields.get("allowPrivate") !== null } : {}),
          },
    credential: source === "events" ? undefined : credentialIn(fields),
  };
};

/** As a change of the workspace. */
export const changeOf = ({ source, upstream }: SourceFields): object => ({ source, upstream: upstream ?? null });

/** As something to try. */
export const tryOf = ({ source, upstream, credential }: SourceFields): object => ({
  source,
  ...(upstream === undefined ? {} : { upstream }),
  ...(credential === undefined ? {} : { credential }),
});

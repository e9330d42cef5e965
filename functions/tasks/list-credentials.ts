import { type Credential, standing } from "../core/credential.ts";
import type { Listing } from "../ports/credentials.ts";
import type { Parts } from "./parts.ts";

const PAGE = 1_000;

/** All that a listing of a workspace holds, ended ones too, page by page. */
export async function* everyCredential(
  parts: Pick<Parts, "credentials">,
  workspace: string,
  listing: Listing,
): AsyncGenerator<Credential> {
  let after: string | undefined;
  do {
    const page = await parts.credentials.list(workspace, PAGE, after, listing);
    yield* page.credentials;
    after = page.next;
  } while (after !== undefined);
}

/** A user's tokens that are good now, oldest first. */
export const liveTokens =
  (parts: Pick<Parts, "credentials" | "clock">) =>
  async (workspace: string, userId: string): Promise<Credential[]> => {
    const now = parts.clock();
    const live: Credential[] = [];
    for await (const token of everyCredential(parts, workspace, { group: "tokens", userId }))
      if (standing(token, now) === "good") live.push(token);
    return live.toSorted((a, b) => a.createdAt - b.createdAt || (a.label < b.label ? -1 : 1));
  };

/** Ends what a user has of one group, but for the credential of a hash. */
export const endCredentials =
  (parts: Pick<Parts, "credentials" | "clock">) =>
  async (workspace: string, listing: Required<Listing>, except?: string): Promise<void> => {
    const now = parts.clock();
    for await (const credential of everyCredential(parts, workspace, listing))
      if (credential.hash !== except && standing(credential, now) === "good")
        await parts.credentials.revoke(credential.hash, now);
  };

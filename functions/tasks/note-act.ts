import type { Credential } from "../core/credential.ts";
import type { Act } from "../ports/audit.ts";
import type { Parts } from "./parts.ts";

const ID_CHARACTERS = 17;

/** Who a credential is, in words for the audit trail: `key «first key» …a1B2`. Never its secret. */
export const nameOf = ({ kind, label, lastCharacters }: Credential): string =>
  `${kind} «${label}»${lastCharacters === "" ? "" : ` …${lastCharacters}`}`;

/** What the audit trail is to keep of what the bearer of a credential does now; `action` is `area.verb`. */
export const actBy =
  (parts: Pick<Parts, "clock" | "secret">) =>
  (
    workspace: string,
    credential: Credential,
    action: string,
    details: Readonly<Record<string, unknown>> = {},
  ): Act => ({
    workspace,
    id: parts.secret(ID_CHARACTERS),
    at: parts.clock(),
    by: nameOf(credential),
    action,
    details,
  });

/** For what is done by nobody whose acts are noted. */
export const noActs = (): readonly Act[] => [];

/** Notes in a workspace's audit trail what the bearer of a credential did; `action` is `area.verb`. */
export const noteAct =
  (parts: Pick<Parts, "audit" | "clock" | "secret">) =>
  async (...what: Parameters<ReturnType<typeof actBy>>): Promise<void> => {
    await parts.audit.note(actBy(parts)(...what));
  };

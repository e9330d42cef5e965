import type { Credential } from "../core/credential.ts";
import type { Parts } from "./parts.ts";

const ID_CHARACTERS = 17;

/** Who a credential is, in words for the audit trail: `key «first key» …a1B2`. Never its secret. */
export const nameOf = ({ kind, label, lastCharacters }: Credential): string =>
  `${kind} «${label}»${lastCharacters === "" ? "" : ` …${lastCharacters}`}`;

/** Notes in a workspace's audit trail what the bearer of a credential did; `action` is `area.verb`. */
export const noteAct =
  (parts: Pick<Parts, "audit" | "clock" | "secret">) =>
  async (
    workspaceId: string,
    credential: Credential,
    action: string,
    details: Readonly<Record<string, unknown>> = {},
  ): Promise<void> => {
    await parts.audit.note({
      workspace: workspaceId,
      id: parts.secret(ID_CHARACTERS),
      at: parts.clock(),
      by: nameOf(credential),
      action,
      details,
    });
  };

import { instant } from "../times.ts";
import { fieldOf } from "../field.ts";
import { Choices, Item, MakeForm, Part, useManaged } from "./list.tsx";

interface User {
  readonly id: string;
  readonly username: string;
  readonly permissions: readonly string[];
  readonly createdAt: string;
}

interface Token {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly lastCharacters: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

const PERMISSIONS = [
  "view-statistics",
  "edit-privileged-setting",
  "create-personal-access-tokens",
  "api-bypass-rate-limit",
] as const;

const allowed = (permissions: readonly string[]): string =>
  permissions.length === 0 ? "no permissions" : permissions.join(", ");

const passwordOf = (username: string, password: string | undefined) =>
  password === undefined
    ? undefined
    : { title: "Password", secrets: [{ label: `Password of ${username}`, value: password }] };

/** Who may sign in with a name and a password. */
export const Users = () => {
  const { members, failure, attempt, ask, post, end, dialogs } = useManaged<User>("/v1/users", "users");
  const make = (fields: FormData): Promise<boolean> =>
    attempt(async () => {
      const username = fieldOf(fields, "username");
      const made = await post<{ readonly password?: string }>("/v1/users", {
        username,
        permissions: fields.getAll("permissions"),
      });
      return passwordOf(username, made.password);
    });
  return (
    <Part title="Users" failure={failure}>
      <ul class="items">
        {(members ?? []).map(({ id, username, permissions, createdAt }) => (
          <Item key={id} name={username} details={[allowed(permissions), `ID ${id}, since ${instant(createdAt)}`]}>
            <button
              type="button"
              aria-label={`New password for ${username}`}
              onClick={() =>
                ask({
                  title: "Make a new password?",
                  action: "Make it",
                  words: `The old password of ${username} no longer works, and every session of hers ends.`,
                  run: async () => {
                    const made = await post<{ readonly password?: string }>(`/v1/users/${id}/password`, {});
                    return passwordOf(username, made.password);
                  },
                })
              }
            >
              New password
            </button>
            <button
              type="button"
              aria-label={`Remove ${username}`}
              onClick={() =>
                ask({
                  title: "Remove this user?",
                  action: "Remove",
                  words: `${username} can no longer sign in, and every token of hers ends. This can't be undone.`,
                  run: () => end(`/v1/users/${id}`),
                })
              }
            >
              Remove
            </button>
          </Item>
        ))}
      </ul>
      <MakeForm title="New user" action="Make the user" onMake={make}>
        <label>
          Username
          <input name="username" required autocapitalize="off" spellcheck={false} />
        </label>
        <Choices legend="Permissions" name="permissions" of={PERMISSIONS} chosen={["view-statistics"]} />
      </MakeForm>
      {dialogs}
    </Part>
  );
};

/** Personal access tokens of the users. */
export const Tokens = () => {
  const { members, failure, attempt, ask, post, end, dialogs } = useManaged<Token>("/v1/tokens", "tokens");
  const make = (fields: FormData): Promise<boolean> =>
    attempt(async () => {
      const userId = fieldOf(fields, "userId");
      const { secret } = await post<{ readonly secret: string }>("/v1/tokens", {
        userId,
        name: fieldOf(fields, "name"),
      });
      return {
        title: "Personal access token",
        secrets: [
          { label: "Token", value: secret },
          { label: "User ID", value: userId },
        ],
      };
    });
  return (
    <Part title="Tokens" failure={failure}>
      <ul class="items">
        {(members ?? []).map(({ id, name, userId, permissions, lastCharacters, lastUsedAt, revokedAt }) => (
          <Item
            key={id}
            name={name}
            details={[
              `…${lastCharacters} of ${userId}: ${allowed(permissions)}`,
              revokedAt === null
                ? `last used ${lastUsedAt === null ? "never" : instant(lastUsedAt)}`
                : `revoked ${instant(revokedAt)}`,
            ]}
          >
            {revokedAt === null ? (
              <button
                type="button"
                aria-label={`Revoke ${name} of ${userId}`}
                onClick={() =>
                  ask({
                    title: "Revoke this token?",
                    action: "Revoke",
                    words: `Whoever uses «${name}» (…${lastCharacters}) is refused from now on. This can't be undone.`,
                    run: () => end(`/v1/tokens/${id}`),
                  })
                }
              >
                Revoke
              </button>
            ) : null}
          </Item>
        ))}
      </ul>
      <MakeForm title="New token" action="Make the token" onMake={make}>
        <label>
          User ID of its owner
          <input name="userId" required spellcheck={false} />
        </label>
        <label>
          Name of the token
          <input name="name" required maxLength={100} />
        </label>
      </MakeForm>
      {dialogs}
    </Part>
  );
};

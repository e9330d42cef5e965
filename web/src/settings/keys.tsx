import { instant } from "../times.ts";
import { UNKNOWN } from "../words.ts";
import { fieldOf } from "../field.ts";
import { Choices, Item, MakeForm, Part, useManaged } from "./list.tsx";

interface Key {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly lastCharacters: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

interface Made {
  readonly secret: string;
  readonly path?: string;
}

const SCOPES = ["events:write", "statistics:read", "statistics:refresh", "admin"] as const;

const shown = ({ secret, path }: Made) => ({
  title: "Key",
  secrets: [
    { label: "Secret", value: secret },
    ...(path === undefined ? [] : [{ label: "Path to report to, at the address of the API itself", value: path }]),
  ],
});

const detailsOf = ({ kind, scopes, lastCharacters, lastUsedAt, expiresAt, revokedAt }: Key): readonly string[] => [
  `${kind} …${lastCharacters}: ${scopes.join(", ")}`,
  revokedAt === null
    ? `last used ${lastUsedAt === null ? "never" : instant(lastUsedAt)}, expires ${expiresAt === null ? "never" : instant(expiresAt)}`
    : `revoked ${instant(revokedAt)}`,
];

/** Keys of the workspace. */
export const Keys = () => {
  const { members, failure, attempt, ask, post, end, dialogs } = useManaged<Key>("/v1/keys", "keys");
  const make = (fields: FormData): Promise<boolean> => {
    const kind = fieldOf(fields, "kind");
    const scopes = fields.getAll("scopes");
    const body = { label: fieldOf(fields, "label"), kind, ...(kind === "key" && scopes.length > 0 ? { scopes } : {}) };
    return attempt(async () => shown(await post<Made>("/v1/keys", body)));
  };
  return (
    <Part title="Keys" failure={failure}>
      <ul class="items">
        {(members ?? []).map((key) => (
          <Item key={key.id} name={key.label === "" ? UNKNOWN : key.label} details={detailsOf(key)}>
            {key.revokedAt === null ? (
              <>
                <button
                  type="button"
                  aria-label={`Replace ${key.label}`}
                  onClick={() =>
                    ask({
                      title: "Replace this key?",
                      action: "Replace",
                      words: `A new key takes the place of «${key.label}». The old one is good for a day more, so that its users can change over.`,
                      run: async () => shown(await post<Made>(`/v1/keys/${key.id}/rotate`, {})),
                    })
                  }
                >
                  Replace
                </button>
                <button
                  type="button"
                  aria-label={`Revoke ${key.label}`}
                  onClick={() =>
                    ask({
                      title: "Revoke this key?",
                      action: "Revoke",
                      words: `Whoever uses «${key.label}» (…${key.lastCharacters}) is refused from now on. This can't be undone.`,
                      run: () => end(`/v1/keys/${key.id}`),
                    })
                  }
                >
                  Revoke
                </button>
              </>
            ) : null}
          </Item>
        ))}
      </ul>
      <MakeForm title="New key" action="Make the key" onMake={make}>
        <label>
          Label of the key
          <input name="label" required maxLength={100} />
        </label>
        <label>
          Kind
          <select name="kind">
            <option value="key">For this API</option>
            <option value="imkit">For IMKit&apos;s clients</option>
            <option value="push">For an IMKit server that reports</option>
            <option value="webhook">For Rocket.Chat&apos;s outgoing webhooks</option>
          </select>
        </label>
        <Choices legend="Scopes, for this API" name="scopes" of={SCOPES} chosen={["statistics:read"]} />
      </MakeForm>
      {dialogs}
    </Part>
  );
};

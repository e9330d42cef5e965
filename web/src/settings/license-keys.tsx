import { Wrong } from "../api.ts";
import { fieldOf } from "../field.ts";
import { Item, MakeForm, Part, useManaged } from "./list.tsx";

interface LicenseKey {
  readonly id: string;
  readonly algorithm: string;
}

/** What somebody pasted as JSON. @throws Wrong. */
const jwkIn = (text: string): object => {
  try {
    const jwk: unknown = JSON.parse(text);
    if (typeof jwk === "object" && jwk !== null) return jwk;
  } catch {
    // Told below, as of everything that is no key.
  }
  throw new Wrong('This is no JSON Web Key: paste the public key as JSON, such as {"kty":"OKP", …}.');
};

/** Public keys that offline licences of every workspace are checked with. */
export const LicenseKeys = () => {
  const { members, failure, attempt, ask, post, end, dialogs } = useManaged<LicenseKey>("/v1/license-keys", "keys");
  const register = (fields: FormData): Promise<boolean> =>
    attempt(async () => {
      await post("/v1/license-keys", { jwk: jwkIn(fieldOf(fields, "jwk")) });
      return undefined;
    });
  return (
    <Part title="License keys" failure={failure}>
      <p class="subtle">Public keys that licenses of every workspace are checked with.</p>
      <ul class="items">
        {(members ?? []).map(({ id, algorithm }) => (
          <Item key={id} name={id} details={[algorithm]}>
            <button
              type="button"
              aria-label={`Remove ${id}`}
              onClick={() =>
                ask({
                  title: "Remove this license key?",
                  action: "Remove",
                  words: "New licenses that it signed are refused from now on; those that are applied stay.",
                  run: () => end(`/v1/license-keys/${id}`),
                })
              }
            >
              Remove
            </button>
          </Item>
        ))}
      </ul>
      {members?.length === 0 ? <p class="subtle">There is none, so no license can be applied.</p> : null}
      <MakeForm title="New license key" action="Register the key" onMake={register}>
        <label>
          Public key (JSON Web Key)
          <textarea name="jwk" class="code" rows={5} required spellcheck={false} placeholder='{"kty":"OKP", …}' />
        </label>
      </MakeForm>
      {dialogs}
    </Part>
  );
};

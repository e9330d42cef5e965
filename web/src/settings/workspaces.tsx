import { useAsking } from "../asking.ts";
import { fieldOf } from "../field.ts";
import { instant } from "../times.ts";
import { Item, MakeForm, Part, useManaged } from "./list.tsx";

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly source: string;
  readonly startsAt: string;
}

interface FirstCredentials {
  readonly apiKey: string;
  readonly imkit: { readonly apiKey: string; readonly clientKey: string };
  readonly rocketchat: {
    readonly userId: string;
    readonly authToken: string;
    readonly username: string;
    readonly password?: string;
  };
}

const shown = (id: string, { apiKey, imkit, rocketchat }: FirstCredentials) => ({
  title: `Credentials of ${id}`,
  secrets: [
    { label: "API key", value: apiKey },
    { label: "IMKit API key", value: imkit.apiKey },
    { label: "User ID", value: rocketchat.userId },
    { label: "Personal access token", value: rocketchat.authToken },
    { label: "Username", value: rocketchat.username },
    ...(rocketchat.password === undefined ? [] : [{ label: "Password", value: rocketchat.password }]),
  ],
});

/** Every workspace of the deployment, and new ones. */
export const Workspaces = () => {
  const { session, enterWorkspace } = useAsking();
  const { members, failure, attempt, post, dialogs } = useManaged<Listed>("/v1/workspaces", "workspaces");
  const current = session.kind === "key" ? session.workspace : undefined;
  const make = (fields: FormData): Promise<boolean> =>
    attempt(async () => {
      const id = fieldOf(fields, "id");
      return shown(id, await post<FirstCredentials>("/v1/workspaces", { id, name: fieldOf(fields, "name") }));
    });
  return (
    <Part title="Workspaces" failure={failure}>
      <ul class="items">
        {(members ?? []).map(({ id, name, state, source, startsAt }) => (
          <Item key={id} name={name} details={[`${id}, ${state}, source ${source}, since ${instant(startsAt)}`]}>
            {id === current ? (
              <span class="subtle">shown now</span>
            ) : (
              <button type="button" aria-label={`Show ${name}`} onClick={() => enterWorkspace(id)}>
                Show
              </button>
            )}
          </Item>
        ))}
      </ul>
      <MakeForm title="New workspace" action="Make the workspace" onMake={make}>
        <label>
          ID, which stays as it is
          <input
            name="id"
            required
            maxLength={63}
            pattern="[a-z0-9][a-z0-9\-]*"
            autocapitalize="off"
            spellcheck={false}
          />
        </label>
        <label>
          Name
          <input name="name" required maxLength={200} />
        </label>
      </MakeForm>
      {dialogs}
    </Part>
  );
};

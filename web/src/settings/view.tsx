import { useAsking } from "../asking.ts";
import { Keys } from "./keys.tsx";
import { Tokens, Users } from "./users.tsx";
import { WorkspaceSettings } from "./workspace.tsx";

/** What somebody administers. */
export const SettingsView = () => {
  const { isAdmin } = useAsking();
  return (
    <>
      <div class="heading">
        <h1>Settings</h1>
      </div>
      {isAdmin === true ? (
        <div class="settings">
          <WorkspaceSettings />
          <Keys />
          <Users />
          <Tokens />
        </div>
      ) : (
        <p class="note">
          {isAdmin === undefined
            ? "…"
            : "Settings are for administrators: sign in with a key that has the scope admin, or as a user with the permission edit-privileged-setting."}
        </p>
      )}
    </>
  );
};

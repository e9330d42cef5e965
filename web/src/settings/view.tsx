import type { ComponentType } from "preact";
import { useAsking } from "../asking.ts";
import { addressOf } from "../place.ts";
import { Acts } from "./acts.tsx";
import { AlertSettings } from "./alerts.tsx";
import { DeliverySettings } from "./delivery.tsx";
import { Keys } from "./keys.tsx";
import { LicenseKeys } from "./license-keys.tsx";
import { SourceSettings } from "./source.tsx";
import { Tokens, Users } from "./users.tsx";
import { WorkspaceSettings } from "./workspace.tsx";
import { Workspaces } from "./workspaces.tsx";

interface Settings {
  readonly name: string;
  readonly of: ComponentType;
  readonly isForOperators?: boolean;
}

/** Parts of the settings, as the address names them. */
const PARTS: Readonly<Record<string, Settings>> = {
  workspace: { name: "Workspace", of: WorkspaceSettings },
  source: { name: "Source", of: SourceSettings },
  keys: { name: "Keys", of: Keys },
  users: { name: "Users", of: Users },
  tokens: { name: "Tokens", of: Tokens },
  alerts: { name: "Alerts", of: AlertSettings },
  delivery: { name: "Report delivery", of: DeliverySettings },
  acts: { name: "Who did what", of: Acts },
  "license-keys": { name: "License keys", of: LicenseKeys, isForOperators: true },
  workspaces: { name: "Workspaces", of: Workspaces, isForOperators: true },
};

const FIRST = "workspace";

/** What somebody administers, a part at a time. */
export const SettingsView = ({ query }: { readonly query: URLSearchParams }) => {
  const { isAdmin, isOperator } = useAsking();
  const parts = Object.entries(PARTS).filter(([, { isForOperators }]) => isForOperators !== true || isOperator);
  const asked = query.get("part") ?? FIRST;
  const [shown, part] = parts.find(([id]) => id === asked) ?? [FIRST, PARTS[FIRST]];
  const Shown = part?.of ?? WorkspaceSettings;
  return (
    <>
      <div class="heading">
        <h1>Settings</h1>
      </div>
      {isAdmin === true ? (
        <div class="settings">
          <nav class="parts" aria-label="Settings">
            {parts.map(([id, { name }]) => (
              <a key={id} href={addressOf("settings", { part: id })} aria-current={id === shown ? "page" : undefined}>
                {name}
              </a>
            ))}
          </nav>
          <Shown key={shown} />
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

import type { AlertRule } from "../core/alert.ts";
import { rulesKept, type Standings } from "../core/alert-walk.ts";
import type { Credential } from "../core/credential.ts";
import { nameOf } from "./note-act.ts";
import type { Parts } from "./parts.ts";

const ID_CHARACTERS = 17;

/** A workspace's rules, and where they stand. */
export interface AlertsNow {
  readonly rules: readonly AlertRule[];
  readonly standings: Standings;
}

/** What a workspace wants to be told of, and what is raised. */
export const readAlerts =
  (parts: Pick<Parts, "alerts">) =>
  async (workspace: string): Promise<AlertsNow> => {
    const rules = await parts.alerts.rules(workspace);
    const follower = await parts.alerts.follower(workspace);
    return { rules: rules.map(({ rule }) => rule), standings: follower?.standings ?? {} };
  };

/** Sets all of a workspace's rules, and notes who did; those that did not change go on where they were. */
export const setAlerts =
  (parts: Pick<Parts, "alerts" | "clock" | "secret">) =>
  async (workspace: string, credential: Credential, rules: readonly AlertRule[]): Promise<AlertsNow> => {
    const now = parts.clock();
    await parts.alerts.change(workspace, (before) => rulesKept(before, rules, now), {
      workspace,
      id: parts.secret(ID_CHARACTERS),
      at: now,
      by: nameOf(credential),
      action: "alerts.changed",
      details: { rules: rules.map(({ id, kind }) => ({ id, kind })) },
    });
    return readAlerts(parts)(workspace);
  };

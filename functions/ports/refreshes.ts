/** `begun`: this caller refreshes. `running`: another does, since `startedAt`. `cooling`: one ended a moment ago. */
export type Begun =
  | { readonly state: "begun" }
  | { readonly state: "running"; readonly startedAt: number }
  | { readonly state: "cooling"; readonly startedAt: number };

/** Lets one caller at a time refresh a workspace, across processes. Instants in milliseconds since 1970 UTC. */
export interface Refreshes {
  /** Takes the lease, in one conditional write, unless it is held or the cooldown since the last one runs. */
  begin(
    workspace: string,
    now: number,
    limits: { readonly leaseMs: number; readonly cooldownMs: number },
  ): Promise<Begun>;
  /** Gives the lease back; the cooldown runs from its begin. */
  end(workspace: string, startedAt: number): Promise<void>;
}

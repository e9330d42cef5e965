/** `begun`: this caller refreshes. `running`: another does, since `startedAt`. `cooling`: one ended a moment ago. */
export type Begun =
  | { readonly state: "begun" }
  | { readonly state: "running"; readonly startedAt: number }
  | { readonly state: "cooling"; readonly startedAt: number };

/** Who wants to refresh, by a name that nobody else has, and when it began, milliseconds since 1970 UTC. */
export interface Claim {
  readonly owner: string;
  readonly at: number;
}

/** Lets one caller at a time refresh a workspace, across processes. Instants in milliseconds since 1970 UTC. */
export interface Refreshes {
  /**
   * Takes the lease, in one conditional write, unless it is held or the cooldown since the last one runs. Whoever has it
   * and asks again, because the answer was lost, is told so.
   */
  begin(
    workspace: string,
    claim: Claim,
    limits: { readonly leaseMs: number; readonly cooldownMs: number },
  ): Promise<Begun>;
  /** Gives the lease back, if its owner has it still; the cooldown runs from its begin. */
  end(workspace: string, owner: string): Promise<void>;
}

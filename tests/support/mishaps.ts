import type { Parts } from "../../functions/tasks/parts.ts";

/** What befalls the `at`th call to a port (0 is the first). */
export interface Mishap {
  readonly at: number;
  /** before: the call is never made. after: it is made, and its answer lost. */
  readonly how: "before" | "after";
}

export class Mischance extends Error {
  override readonly name = "Mischance";
}

/** Ports that something may befall. */
type Port =
  | "alerts"
  | "archive"
  | "directory"
  | "hours"
  | "log"
  | "outbox"
  | "publications"
  | "reportFiles"
  | "reportRecords"
  | "series"
  | "snapshots"
  | "syncs";

/** Parts of which some ports fail at a certain call; `meanwhile` runs before that call. */
export const befallen = (
  parts: Parts,
  ports: readonly Port[],
  mishap: Mishap | undefined,
  meanwhile: () => Promise<unknown> = async () => undefined,
): { readonly parts: Parts; readonly calls: () => number } => {
  let calls = 0;
  const befall = async (call: () => Promise<unknown>): Promise<unknown> => {
    const at = calls++;
    if (at !== mishap?.at) return call();
    await meanwhile();
    if (mishap.how === "after") await call();
    throw new Mischance(`call ${at} failed ${mishap.how}`);
  };
  const wrapped = ports.map((name) => {
    const port = parts[name] as unknown as Record<string, (...what: unknown[]) => Promise<unknown>>;
    const methods = Object.entries(port).map(([method, call]) => [
      method,
      (...what: unknown[]) => befall(() => call(...what)),
    ]);
    return [name, Object.fromEntries(methods)];
  });
  return { parts: { ...parts, ...(Object.fromEntries(wrapped) as Partial<Parts>) }, calls: () => calls };
};

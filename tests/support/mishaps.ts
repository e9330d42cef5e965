import type { Parts } from "../../functions/tasks/parts.ts";

/** What befalls the `at`th call to a port (0 is the first). */
export interface Mishap {
  readonly at: number;
  /** before: the call is never made. after: it is made, and its answer lost. */
  readonly how: "before" | "after";
}

/** What a port throws that was made to fail. */
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
  | "syncs"
  | "unions";

type Stream = (...what: unknown[]) => AsyncIterable<unknown>;

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
  /** What is read bit by bit counts as one call, which fails as it begins. */
  const streamed = (call: Stream) =>
    async function* (...what: unknown[]) {
      await befall(async () => undefined);
      yield* call(...what);
    };
  // By their names, because a port that is loaded late has no methods to list before.
  const wrapped = ports.map((name) => [
    name,
    new Proxy(parts[name] as object, {
      get: (port, method) => {
        const call = Reflect.get(port, method) as (...what: unknown[]) => Promise<unknown>;
        if (method === "setsBetween") return streamed(call.bind(port) as unknown as Stream);
        return (...what: unknown[]) => befall(() => Reflect.apply(call, port, what));
      },
    }),
  ]);
  return { parts: { ...parts, ...(Object.fromEntries(wrapped) as Partial<Parts>) }, calls: () => calls };
};

import { useState } from "preact/hooks";
import { ask } from "../api.ts";
import { useAsking } from "../asking.ts";
import { useLoaded } from "../loaded.ts";
import { instant } from "../times.ts";
import { Item, Part } from "./list.tsx";

interface Act {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly action: string;
  readonly details: object;
}

interface Page {
  readonly acts: readonly Act[];
  readonly next?: string;
}

const LIMIT = "50";

const detailsOf = (details: object): string =>
  Object.entries(details)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");

/** Acts of administrators, the latest first. */
export const Acts = () => {
  const { session, notice } = useAsking();
  const [cursor, setCursor] = useState("");
  const [earlier, setEarlier] = useState<readonly Act[]>([]);
  const loaded = useLoaded(
    cursor,
    () =>
      ask<Page>(
        session,
        `/v1/audit?${new URLSearchParams({ limit: LIMIT, ...(cursor === "" ? {} : { cursor }) }).toString()}`,
      ),
    notice,
  );
  const page = loaded.value;
  const acts = [...earlier, ...(page?.acts ?? [])];
  const { next } = page ?? {};
  return (
    <Part title="Who did what" failure={loaded.failure}>
      {page !== undefined && acts.length === 0 ? (
        <p class="subtle">Nobody has changed anything yet.</p>
      ) : (
        <ul class="items">
          {acts.map(({ id, at, by, action, details }) => (
            <Item key={id} name={action} details={[`${instant(at)} by ${by}`, detailsOf(details)]} />
          ))}
        </ul>
      )}
      {next === undefined ? null : (
        <div class="actions end">
          <button
            type="button"
            disabled={loaded.isLoading}
            onClick={() => {
              setEarlier(acts);
              setCursor(next);
            }}
          >
            Earlier ones
          </button>
        </div>
      )}
    </Part>
  );
};

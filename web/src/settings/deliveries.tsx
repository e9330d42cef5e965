import { Mark } from "../info/row.tsx";
import { More } from "../more.tsx";
import { usePaged } from "../paged.ts";
import { instant } from "../times.ts";
import { Item, Part } from "./list.tsx";

interface Delivery {
  readonly id: string;
  readonly title: string;
  readonly channel: string;
  readonly state: "pending" | "delivered" | "failed" | "dropped";
  readonly attempts: number;
  readonly addedAt: string;
  readonly dueAt: string | null;
  readonly finishedAt: string | null;
  readonly lastError: string | null;
}

const STATES = {
  pending: { words: "On its way", isGood: null },
  delivered: { words: "Delivered", isGood: true },
  failed: { words: "Given up", isGood: false },
  dropped: { words: "Its channel was removed", isGood: null },
} as const;

const whenOf = ({ state, attempts, addedAt, dueAt, finishedAt }: Delivery): string => {
  const tries = `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
  return state === "pending"
    ? `since ${instant(addedAt)}, ${tries}, next at ${instant(dueAt)}`
    : `${instant(finishedAt)}, ${tries}`;
};

/** What is on its way, and what became of the rest. `labels` are those of the channels there are. */
export const Deliveries = ({ labels }: { readonly labels: ReadonlyMap<string, string> }) => {
  const deliveries = usePaged<Delivery>("/v1/deliveries", "pending", "deliveries");
  return (
    <Part title="Recent deliveries" failure={deliveries.failure}>
      <p class="subtle">Each is tried eight times in 25 hours, and told of here for 60 days.</p>
      {deliveries.members?.length === 0 ? <p class="subtle">Nothing was sent yet.</p> : null}
      <ul class="items">
        {(deliveries.members ?? []).map((delivery) => (
          <Item
            key={delivery.id}
            name={delivery.title}
            details={[
              `To ${labels.get(delivery.channel) ?? delivery.channel}, ${whenOf(delivery)}`,
              delivery.lastError === null ? "" : `Last error: ${delivery.lastError}`,
            ]}
          >
            <Mark {...STATES[delivery.state]} />
          </Item>
        ))}
      </ul>
      <div class="actions end">
        <button type="button" class="quiet" disabled={deliveries.isLoading} onClick={deliveries.reload}>
          Look again
        </button>
      </div>
      <More paged={deliveries} />
    </Part>
  );
};

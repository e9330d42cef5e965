import { More } from "../more.tsx";
import { usePaged } from "../paged.ts";
import { instant } from "../times.ts";
import { Item, Part } from "./list.tsx";

interface Act {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly action: string;
  readonly details: object;
}

const detailsOf = (details: object): string =>
  Object.entries(details)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");

/** Acts of administrators, the latest first. */
export const Acts = () => {
  const acts = usePaged<Act>("/v1/audit", "acts");
  return (
    <Part title="Who did what" failure={acts.failure}>
      {acts.members?.length === 0 ? (
        <p class="subtle">Nobody has changed anything yet.</p>
      ) : (
        <ul class="items">
          {(acts.members ?? []).map(({ id, at, by, action, details }) => (
            <Item key={id} name={action} details={[`${instant(at)} by ${by}`, detailsOf(details)]} />
          ))}
        </ul>
      )}
      <More paged={acts} />
    </Part>
  );
};

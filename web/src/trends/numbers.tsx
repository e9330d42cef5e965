import type { Definition } from "../documents.ts";
import { Icon } from "../icon.tsx";
import { change, count, instant, stateOf, UNKNOWN, valueIn } from "../words.ts";
import { labelOf } from "./labels.ts";
import { changeBetween, headlineOf, numberIn, type Row } from "./sums.ts";

/** Statistics that are summed up above every chart. */
export const HEADLINES = ["messages.sent", "users.seen", "rooms.used", "users.joined", "connections.peak"] as const;

/** Kinds of messages, as they are sent. */
export const KINDS = {
  "messages.sentByKind.channels": "Channels",
  "messages.sentByKind.privateGroups": "Private groups",
  "messages.sentByKind.direct": "Direct messages",
  "messages.sentByKind.discussions": "Discussions",
  "messages.sentByKind.omnichannel": "Omnichannel",
} as const;

const Change = ({
  before,
  now,
  unit,
}: {
  readonly before: number | null;
  readonly now: number | null;
  readonly unit: string;
}) => {
  const share = changeBetween(before, now);
  if (share === null)
    return <p class="subtle small">{before === null ? "nothing known before" : `before ${valueIn(unit, before)}`}</p>;
  return (
    <p class="subtle small">
      <Icon name={share > 0 ? "up" : share < 0 ? "down" : "same"} /> {change(share)}, before {valueIn(unit, before)}
    </p>
  );
};

/** What a period comes to, beside the one before. */
export const Headlines = ({
  definitions,
  rows,
  before,
}: {
  readonly definitions: readonly Definition[];
  readonly rows: readonly Row[];
  readonly before: readonly Row[];
}) => (
  <ul class="headlines">
    {definitions.map((definition) => {
      const now = headlineOf(rows, definition);
      return (
        <li key={definition.name} title={definition.definition}>
          <h3>{labelOf(definition)}</h3>
          <p class="big">
            {valueIn(definition.unit, now.value)} <span class="subtle small">{now.what}</span>
          </p>
          <Change before={headlineOf(before, definition).value} now={now.value} unit={definition.unit} />
        </li>
      );
    })}
  </ul>
);

const sumOf = (rows: readonly Row[], name: string): number | null => headlineOf(rows, { name, kind: "flow" }).value;

/** Where the messages of a period were sent. */
export const MessagesByKind = ({ rows }: { readonly rows: readonly Row[] }) => {
  const sums = Object.entries(KINDS).map(([name, label]) => ({ label, sum: sumOf(rows, name) }));
  const most = Math.max(...sums.map(({ sum }) => sum ?? 0), 1);
  return (
    <section class="card">
      <h2>Messages by kind</h2>
      <dl class="bars">
        {sums.map(({ label, sum }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <span class="bar-of" style={{ "--share": `${((sum ?? 0) / most) * 100}%` }} aria-hidden="true" />
              {count(sum)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
};

/** Every number of a chart. */
export const NumbersTable = ({
  rows,
  before,
  definition,
}: {
  readonly rows: readonly Row[];
  readonly before: readonly Row[] | undefined;
  readonly definition: Definition;
}) => (
  <details class="numbers">
    <summary>The numbers as a table</summary>
    <div class="scroll" role="region" aria-label="The numbers as a table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">{labelOf(definition)}</th>
            {before === undefined ? null : <th scope="col">Before</th>}
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={row.start}>
              <th scope="row">{instant(row.start)}</th>
              <td>{valueIn(definition.unit, numberIn(row, definition.name))}</td>
              {before === undefined ? null : (
                <td>
                  {before[at] === undefined ? UNKNOWN : valueIn(definition.unit, numberIn(before[at], definition.name))}
                </td>
              )}
              <td>{stateOf(row.status)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </details>
);

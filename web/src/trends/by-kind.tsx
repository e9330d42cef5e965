import { count } from "../words.ts";
import { type Row, sumUp } from "./sums.ts";

/** Kinds of messages, as they are sent. */
export const KINDS = {
  "messages.sentByKind.channels": "Channels",
  "messages.sentByKind.privateGroups": "Private groups",
  "messages.sentByKind.direct": "Direct messages",
  "messages.sentByKind.discussions": "Discussions",
  "messages.sentByKind.omnichannel": "Omnichannel",
} as const;

/** Amounts with their names, each beside a bar. */
export const Bars = ({
  of,
}: {
  readonly of: readonly { readonly label: string; readonly hint?: string; readonly amount: number | null }[];
}) => {
  const most = Math.max(...of.map(({ amount }) => amount ?? 0), 1);
  return (
    <dl class="bars">
      {of.map(({ label, hint, amount }) => (
        <div key={label}>
          <dt>
            {label}
            {hint === undefined ? null : <span class="subtle hint">{hint}</span>}
          </dt>
          <dd>
            <span class="bar-of" style={{ "--share": `${((amount ?? 0) / most) * 100}%` }} aria-hidden="true" />
            <span class="amount">{count(amount)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
};

/** Where the messages of a period were sent. */
export const MessagesByKind = ({ rows }: { readonly rows: readonly Row[] }) => (
  <section class="card">
    <h2>Messages by kind</h2>
    <p class="subtle">Sent in what the chart shows.</p>
    <Bars of={Object.entries(KINDS).map(([name, label]) => ({ label, amount: sumUp(rows, { name, kind: "flow" }) }))} />
  </section>
);

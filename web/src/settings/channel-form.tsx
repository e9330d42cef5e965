import { useState } from "preact/hooks";
import { useAsking } from "../asking.ts";
import { fieldOf } from "../field.ts";
import { MakeForm } from "./list.tsx";

/** What a channel can be told of. */
export const TOPICS: Readonly<Record<string, string>> = {
  "report.daily": "Daily reports",
  "report.weekly": "Weekly reports",
  "report.monthly": "Monthly reports",
  alert: "Alerts",
};

const KINDS: Readonly<Record<string, string>> = {
  webhook: "Webhook: a server of yours is posted to",
  email: "Mail",
  sns: "A topic of Amazon SNS",
};

/** The channel that a form describes, as the API takes it. */
export const channelIn = (fields: FormData): object => {
  const kind = fieldOf(fields, "kind");
  const where: Readonly<Record<string, () => object>> = {
    webhook: () => ({
      url: fieldOf(fields, "url"),
      ...(fields.get("allowPrivate") === null ? {} : { allowPrivate: true }),
    }),
    email: () => ({
      addresses: fieldOf(fields, "addresses")
        .split(/[\s,;]+/)
        .filter((one) => one !== ""),
    }),
    sns: () => ({ topicArn: fieldOf(fields, "topicArn") }),
  };
  return { kind, label: fieldOf(fields, "label"), topics: fields.getAll("topics"), ...where[kind]?.() };
};

const Where = ({ kind }: { readonly kind: string }) => {
  const { isOperator } = useAsking();
  if (kind === "email")
    return (
      <label>
        Addresses, ten at most
        <input name="addresses" required spellcheck={false} placeholder="ops@example.org, ann@example.org" />
      </label>
    );
  if (kind === "sns")
    return (
      <label>
        ARN of the topic
        <input
          name="topicArn"
          required
          spellcheck={false}
          placeholder="arn:aws:sns:eu-central-1:111122223333:reports"
        />
      </label>
    );
  return (
    <>
      <label>
        Address
        <input name="url" type="url" required maxLength={2_000} placeholder="https://hooks.example.org/tidemark" />
      </label>
      {isOperator ? (
        <label class="check">
          <input type="checkbox" name="allowPrivate" /> It is on a private network
        </label>
      ) : null}
    </>
  );
};

/** Adds a channel. */
export const ChannelForm = ({ onMake }: { readonly onMake: (fields: FormData) => Promise<boolean> }) => {
  const [kind, setKind] = useState("webhook");
  const make = async (fields: FormData): Promise<boolean> => {
    const isMade = await onMake(fields);
    if (isMade) setKind("webhook");
    return isMade;
  };
  return (
    <MakeForm title="New channel" action="Add the channel" onMake={make}>
      <label>
        Label of the channel
        <input name="label" required maxLength={100} />
      </label>
      <label>
        How it is reached
        <select name="kind" value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
          {Object.entries(KINDS).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <Where key={kind} kind={kind} />
      <fieldset class="choices">
        <legend>What it is told of</legend>
        {Object.entries(TOPICS).map(([topic, label]) => (
          <label class="check" key={topic}>
            <input type="checkbox" name="topics" value={topic} defaultChecked={topic !== "report.daily"} /> {label}
          </label>
        ))}
      </fieldset>
    </MakeForm>
  );
};

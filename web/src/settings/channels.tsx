import { useState } from "preact/hooks";
import { answerOf, send } from "../api.ts";
import { useAsking } from "../asking.ts";
import { Mark } from "../info/row.tsx";
import { instant } from "../times.ts";
import { ChannelForm, channelIn, TOPICS } from "./channel-form.tsx";
import { Item, type Managed, Part } from "./list.tsx";

/** A way out of the workspace, as the API tells it. */
export interface Channel {
  readonly id: string;
  readonly label: string;
  readonly kind: "webhook" | "email" | "sns";
  readonly topics: readonly string[];
  readonly url?: string;
  readonly addresses?: readonly string[];
  readonly topicArn?: string;
  /** Why nothing goes out this way; null where it may. */
  readonly unable: string | null;
  readonly createdAt: string;
}

/** What became of a test; of no test yet nothing. */
interface Tested {
  readonly id: string;
  readonly ok: boolean;
  readonly why: string | null;
}

const WAYS = { webhook: "Webhook", email: "Mail", sns: "Amazon SNS" } as const;

const whereOf = ({ url, addresses, topicArn }: Channel): string => url ?? addresses?.join(", ") ?? topicArn ?? "";

const detailsOf = (channel: Channel): readonly string[] => [
  `${WAYS[channel.kind]} ${whereOf(channel)}`,
  `${channel.topics.map((topic) => TOPICS[topic] ?? topic).join(", ")}; since ${instant(channel.createdAt)}`,
  ...(channel.unable === null ? [] : [`Nothing is sent to it: ${channel.unable}.`]),
];

/** Where reports and alerts go. */
export const Channels = ({ channels }: { readonly channels: Managed<Channel> }) => {
  const { session } = useAsking();
  const { members, failure, attempt, ask, post, end, dialogs } = channels;
  const [tested, setTested] = useState<Tested>();
  const [testing, setTesting] = useState("");
  const make = (fields: FormData): Promise<boolean> =>
    attempt(async () => {
      const { secret } = await post<{ readonly secret?: string }>("/v1/channels", channelIn(fields));
      return secret === undefined
        ? undefined
        : { title: "Webhook", secrets: [{ label: "Secret that it is signed with", value: secret }] };
    });
  const test = async ({ id }: Channel): Promise<void> => {
    setTested(undefined);
    setTesting(id);
    await attempt(async () => {
      const answer = await send(session, "POST", `/v1/channels/${id}/test`);
      setTested({ id, ...(await answerOf<Omit<Tested, "id">>(answer)) });
      return undefined;
    });
    setTesting("");
  };
  return (
    <Part title="Channels" failure={failure}>
      <p class="subtle">Where reports and alerts go, 20 at most.</p>
      {members?.length === 0 ? <p class="subtle">There is none yet: nobody is told of anything.</p> : null}
      <ul class="items">
        {(members ?? []).map((channel) => (
          <Item key={channel.id} name={channel.label} details={detailsOf(channel)}>
            <span role="status">
              {tested?.id === channel.id ? (
                <Mark
                  isGood={tested.ok}
                  words={
                    tested.ok ? "The test was taken" : `The test was not taken: ${tested.why ?? "nobody knows why"}`
                  }
                />
              ) : null}
            </span>
            <button
              type="button"
              aria-label={`Test ${channel.label}`}
              disabled={testing !== ""}
              aria-busy={testing === channel.id}
              onClick={() => void test(channel)}
            >
              Test
            </button>
            <button
              type="button"
              aria-label={`Remove ${channel.label}`}
              onClick={() =>
                ask({
                  title: "Remove this channel?",
                  action: "Remove",
                  words: `Nothing is sent to «${channel.label}» any more, not even what is on its way. This can't be undone.`,
                  run: () => end(`/v1/channels/${channel.id}`),
                })
              }
            >
              Remove
            </button>
          </Item>
        ))}
      </ul>
      {members === undefined ? null : <ChannelForm onMake={make} />}
      {dialogs}
    </Part>
  );
};

import { Argument, type Command } from "commander";
import { shownUrl } from "../../functions/core/channel.ts";
import { TOPICS } from "../../functions/core/notice.ts";
import { Mishap } from "../../local/mishap.ts";
import { columns } from "../columns.ts";
import { addWorkspaceOptions, asOperatorOf, asWorkspace, wholeId, type WorkspaceFlags } from "../server.ts";

interface Channel {
  readonly id: string;
  readonly label: string;
  readonly kind: "webhook" | "email" | "sns";
  readonly topics: readonly string[];
  readonly url?: string;
  readonly addresses?: readonly string[];
  readonly topicArn?: string;
  readonly secret?: string;
  readonly unable: string | null;
}

interface AddFlags extends WorkspaceFlags {
  readonly label?: string;
  readonly topics: string;
  readonly allowPrivate: boolean;
  readonly json: boolean;
}

const whereOf = ({ url, addresses, topicArn }: Channel): string => url ?? topicArn ?? addresses?.join(", ") ?? "";

const targetOf = (kind: string, where: string): object =>
  kind === "webhook" ? { url: where } : kind === "sns" ? { topicArn: where } : { addresses: where.split(",") };

const LABEL_CHARACTERS = 200;

/** What a channel is called that nobody gave a name: where it goes, but of a webhook's address no more than is shown. */
export const labelOf = (kind: string, where: string): string =>
  (kind === "webhook" && URL.canParse(where) ? shownUrl(where) : where).slice(0, LABEL_CHARACTERS);

const REMEDIES: Readonly<Record<string, string>> = {
  email:
    "start the local runtime with TIDEMARK_MAIL_SENDER=ops@example.org, or deploy with -c mailSender=ops@example.org: an address that Amazon SES knows",
};

/** That nothing goes out, and what to do about it; nothing where it may. */
const warnedOf = ({ kind, unable }: Channel): string =>
  unable === null ? "" : `Nothing is sent to it: ${unable}. To change that, ${REMEDIES[kind] ?? "ask who runs it"}.\n`;

const add = async (kind: string, where: string, flags: AddFlags): Promise<void> => {
  const { allowPrivate, json } = flags;
  const request = await (allowPrivate ? asOperatorOf : asWorkspace)(flags);
  const channel = await request<Channel>("POST", "/v1/channels", {
    kind,
    label: flags.label ?? labelOf(kind, where),
    topics: flags.topics.split(","),
    ...targetOf(kind, where),
    ...(allowPrivate ? { allowPrivate } : {}),
  });
  process.stdout.write(json ? `${JSON.stringify(channel)}\n` : `${channel.id}\n`);
  process.stderr.write(warnedOf(channel));
  if (channel.secret !== undefined && !json)
    process.stdout.write(
      `${channel.secret}\nThe receiver checks signatures with this secret; it is not shown again.\n`,
    );
};

const list = async (flags: WorkspaceFlags & { readonly json: boolean }): Promise<void> => {
  const { channels } = await (await asWorkspace(flags))<{ channels: readonly Channel[] }>("GET", "/v1/channels");
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(channels)}\n`
      : columns(
          ["ID", "KIND", "TOPICS", "WHERE"],
          channels.map((channel) => [
            channel.id,
            channel.kind,
            channel.topics.join(","),
            `${whereOf(channel)}${channel.unable === null ? "" : ` (nothing is sent: ${channel.unable})`}`,
          ]),
        ),
  );
};

/** A channel may be named by the beginning of its id. */
const channelOf = async (flags: WorkspaceFlags, id: string) => {
  const request = await asWorkspace(flags);
  const { channels } = await request<{ channels: readonly Channel[] }>("GET", "/v1/channels");
  return { request, route: `/v1/channels/${encodeURIComponent(wholeId(channels, id))}` };
};

const remove = async (id: string, flags: WorkspaceFlags): Promise<void> => {
  const { request, route } = await channelOf(flags, id);
  await request("DELETE", route);
  process.stdout.write("Removed; what was on its way is dropped.\n");
};

const test = async (id: string, flags: WorkspaceFlags): Promise<void> => {
  const { request, route } = await channelOf(flags, id);
  const { ok, why } = await request<{ ok: boolean; why: string | null }>("POST", `${route}/test`);
  if (!ok) throw new Mishap(`It was not taken: ${why ?? "nobody knows why"}.`);
  process.stdout.write("It was taken.\n");
};

/** Adds `channel add`, `channel list`, `channel test` and `channel remove`. */
export const addChannel = (program: Command): void => {
  const channel = program
    .command("channel")
    .description("where a workspace's reports and alerts are sent")
    .addHelpText("after", "\nExample:\n  tidemark channel list");
  addWorkspaceOptions(
    channel
      .command("add")
      .description("send notices to a webhook, to people by mail, or to a topic of Amazon SNS")
      .addArgument(new Argument("<kind>", "how it is reached").choices(["webhook", "email", "sns"]))
      .argument("<where>", "a URL, addresses with commas between them, or a topic's ARN")
      .option("--topics <list>", "what it is told of", TOPICS.join(","))
      .option("--label <text>", "what you call it")
      .option("--allow-private", "the webhook's host is at a private address; needs the operator's key", false),
  )
    .option("--json", "tell the result as JSON", false)
    .addHelpText("after", "\nExample:\n  tidemark channel add webhook https://hooks.example.org/tidemark")
    .action(add);
  addWorkspaceOptions(channel.command("list").description("list the channels"))
    .option("--json", "tell the result as JSON", false)
    .addHelpText("after", "\nExample:\n  tidemark channel list")
    .action(list);
  addWorkspaceOptions(
    channel
      .command("test")
      .description("send a notice now, and tell whether it was taken")
      .argument("<id>", "the channel"),
  )
    .addHelpText("after", "\nExample:\n  tidemark channel test f3Kq9ZxT")
    .action(test);
  addWorkspaceOptions(
    channel.command("remove").description("send nothing to a channel any more").argument("<id>", "the channel"),
  )
    .addHelpText("after", "\nExample:\n  tidemark channel remove f3Kq9ZxT")
    .action(remove);
};

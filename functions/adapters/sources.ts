import type { PeopleKeys } from "../ports/people-keys.ts";
import type { Upstreams } from "../ports/upstreams.ts";
import type { UpstreamCredentials } from "../ports/upstream-credentials.ts";
import type { SettingsTo } from "../settings.ts";
import type { Parts } from "../tasks/parts.ts";
import { diskPeopleKeys } from "./disk/people-keys.ts";
import { diskUpstreamCredentials } from "./disk/upstream-credentials.ts";
import { latePort } from "./late.ts";

/** How servers are polled, and with what; and what else is secret. */
export type Sources = Pick<Parts, "upstreams" | "upstreamCredentials" | "peopleKeys">;

/** Keys that ids are hashed with, in AWS Secrets Manager under names that begin so. */
export const secretPeopleKeys = (prefix: string): PeopleKeys =>
  latePort(async () => {
    const [{ managedPeopleKeys }, { secretsManagerClient }] = await Promise.all([
      import("./secretsmanager/people-keys.ts"),
      import("./secretsmanager/upstream-credentials.ts"),
    ]);
    return managedPeopleKeys({ client: secretsManagerClient(), prefix });
  });

const lateUpstreams = (): Upstreams => {
  let loading: Promise<Upstreams> | undefined;
  const load = async (): Promise<Upstreams> => {
    const [{ boundedOutbound }, { pollRocketchat }, { pollImkit }, { countImkitMessages }] = await Promise.all([
      import("./dns/outbound.ts"),
      import("./rocketchat/statistics.ts"),
      import("./imkit/stats.ts"),
      import("./imkit/messages.ts"),
    ]);
    const ask = boundedOutbound();
    return { rocketchat: pollRocketchat(ask), imkit: pollImkit(ask), countMessages: countImkitMessages(ask) };
  };
  const loaded = (): Promise<Upstreams> => (loading ??= load());
  return {
    rocketchat: async (...what) => (await loaded()).rocketchat(...what),
    imkit: async (...what) => (await loaded()).imkit(...what),
    countMessages: async (...what) => (await loaded()).countMessages(...what),
  };
};

/** Polling, with the credentials in a folder. */
export const polledSources = (folder: string): Sources => ({
  upstreams: lateUpstreams(),
  upstreamCredentials: diskUpstreamCredentials(folder),
  peopleKeys: diskPeopleKeys(folder),
});

/** The keys alone, for a function that reads of people and polls nobody. */
export const lambdaPeopleKeys = ({ upstreamSecrets }: Pick<SettingsTo<"work">, "upstreamSecrets">): Partial<Sources> =>
  upstreamSecrets === undefined ? {} : { peopleKeys: secretPeopleKeys(upstreamSecrets) };

const lateSecrets = (prefix: string, pause: (attempt: number) => Promise<void>): UpstreamCredentials =>
  latePort(async () => {
    const { secretsManagerClient, secretUpstreamCredentials } =
      await import("./secretsmanager/upstream-credentials.ts");
    return secretUpstreamCredentials({ client: secretsManagerClient(), prefix, pause });
  });

/** Polling, with the credentials in AWS Secrets Manager, whose client is loaded when somebody is asked. */
export const secretSources = (prefix: string, pause: (attempt: number) => Promise<void>): Sources => ({
  upstreams: lateUpstreams(),
  upstreamCredentials: lateSecrets(prefix, pause),
  peopleKeys: secretPeopleKeys(prefix),
});

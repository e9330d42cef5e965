import type { Poll, Upstreams } from "../ports/upstreams.ts";
import type { Parts } from "../tasks/parts.ts";
import { diskUpstreamCredentials } from "./disk/upstream-credentials.ts";

const lateUpstreams = (): Upstreams => {
  let loading: Promise<Upstreams> | undefined;
  const load = async (): Promise<Upstreams> => {
    const [{ boundedOutbound }, { pollRocketchat }, { pollImkit }] = await Promise.all([
      import("./dns/outbound.ts"),
      import("./rocketchat/statistics.ts"),
      import("./imkit/stats.ts"),
    ]);
    const ask = boundedOutbound();
    return { rocketchat: pollRocketchat(ask), imkit: pollImkit(ask) };
  };
  const late =
    (source: keyof Upstreams): Poll =>
    async (...what) =>
      (await (loading ??= load()))[source](...what);
  return { rocketchat: late("rocketchat"), imkit: late("imkit") };
};

/** Polling, with the credentials in a folder. */
export const polledSources = (folder: string): Pick<Parts, "upstreams" | "upstreamCredentials"> => ({
  upstreams: lateUpstreams(),
  upstreamCredentials: diskUpstreamCredentials(folder),
});

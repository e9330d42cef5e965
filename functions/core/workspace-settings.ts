import { Failure } from "./failure.ts";
import { changedFederation, type FederationChange } from "./federation.ts";
import { originOf, type Upstream } from "./upstream.ts";
import type { Workspace } from "./workspace.ts";

/** Settings to change; what is left out, or undefined, stays. A null federation is none. */
export interface WorkspaceChange {
  readonly name?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly source?: Workspace["source"] | undefined;
  readonly rocketchat?:
    | {
        readonly shape?: Workspace["rocketchat"]["shape"] | undefined;
        readonly callsPerMinute?: number | null | undefined;
      }
    | undefined;
  readonly imkit?: { readonly echoKeys?: boolean | undefined } | undefined;
  readonly retention?:
    | {
        readonly people?: Workspace["retention"]["people"] | undefined;
        readonly afterDays?: number | undefined;
      }
    | undefined;
  readonly federation?: FederationChange | null | undefined;
  readonly upstream?: UpstreamChange | null | undefined;
}

/** What to change of the server that is polled; what is left out stays. */
export interface UpstreamChange {
  readonly url?: string | undefined;
  readonly refresh?: boolean | undefined;
  readonly allowPrivate?: boolean | undefined;
}

/**
 * A polled server with other settings. What was allowed of one host is not of the next.
 * @throws Failure `parameter.invalid` without an address, and for plain http to whoever is no neighbour.
 */
export const withUpstreamChange = (before: Upstream | null, change: UpstreamChange): Upstream => {
  const url = change.url ?? before?.url;
  if (url === undefined) throw new Failure("parameter.invalid", "upstream.url: give the server's address.");
  const isSameServer = before !== null && originOf(before) === originOf({ ...before, url });
  const { refresh = before?.refresh ?? true, allowPrivate = isSameServer && before.allowPrivate } = change;
  if (url.startsWith("http:") && !allowPrivate)
    throw new Failure(
      "parameter.invalid",
      "upstream.url: plain http shows the credential to everybody on the way, so it needs upstream.allowPrivate, and a private address.",
    );
  return { url, refresh, allowPrivate };
};

const TIME_ZONE_CHARACTERS = 64;

/**
 * The name of an IANA time zone as it is spelled; undefined for anything else. Offsets are none: they know no summer.
 */
export const timeZoneNamed = (text: string): string | undefined => {
  if (text.length > TIME_ZONE_CHARACTERS || !/^[A-Za-z]/.test(text)) return undefined;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions();
    // Of a zone with two names Intl gives one; the other is right, too.
    return timeZone.toLowerCase() === text.toLowerCase() ? timeZone : text;
  } catch {
    return undefined;
  }
};

/**
 * A workspace with other settings.
 * @param hasHistory hours of it are closed, so its source is settled.
 * @throws Failure `workspace.has-history`, `parameter.invalid`.
 */
export const withSettings = (
  workspace: Workspace,
  { federation, rocketchat, imkit, retention, upstream, ...plain }: WorkspaceChange,
  hasHistory: boolean,
): Workspace => {
  const { name = workspace.name, timeZone = workspace.timeZone, source = workspace.source } = plain;
  if (source !== workspace.source && hasHistory)
    throw new Failure(
      "workspace.has-history",
      `Hours of this workspace are closed already, with ${workspace.source} as their source: make a new one for ${source}.`,
      { source: workspace.source },
    );
  const { shape = workspace.rocketchat.shape, callsPerMinute = workspace.rocketchat.callsPerMinute } = rocketchat ?? {};
  return {
    ...workspace,
    name,
    timeZone,
    source,
    rocketchat: { shape, callsPerMinute },
    imkit: { echoKeys: imkit?.echoKeys ?? workspace.imkit.echoKeys },
    retention: {
      people: retention?.people ?? workspace.retention.people,
      afterDays: retention?.afterDays ?? workspace.retention.afterDays,
    },
    upstream:
      upstream === undefined
        ? workspace.upstream
        : upstream === null
          ? null
          : withUpstreamChange(workspace.upstream, upstream),
    federation:
      federation === undefined
        ? workspace.federation
        : federation === null
          ? null
          : changedFederation(workspace.federation, federation),
  };
};

const settingsOf = ({
  name,
  timeZone,
  source,
  rocketchat,
  imkit,
  retention,
  upstream,
  federation,
}: Workspace): Map<string, unknown> =>
  new Map(
    Object.entries({
      name,
      timeZone,
      source,
      "rocketchat.shape": rocketchat.shape,
      "rocketchat.callsPerMinute": rocketchat.callsPerMinute,
      "imkit.echoKeys": imkit.echoKeys,
      "retention.people": retention.people,
      "retention.afterDays": retention.afterDays,
      "upstream.url": upstream?.url ?? null,
      "upstream.refresh": upstream?.refresh ?? null,
      "upstream.allowPrivate": upstream?.allowPrivate ?? null,
      "federation.enabled": federation?.enabled ?? null,
      "federation.domain": federation?.domain ?? null,
      "federation.discovery": federation?.discovery ?? null,
    }),
  );

/** Settings in which two states of a workspace differ, by name, with what they were and are. */
export const differences = (before: Workspace, after: Workspace): Readonly<Record<string, object>> => {
  const settings = settingsOf(after);
  return Object.fromEntries(
    [...settingsOf(before)]
      .filter(([name, from]) => settings.get(name) !== from)
      .map(([name, from]) => [name, { from, to: settings.get(name) }]),
  );
};

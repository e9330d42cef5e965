import type { Definition } from "./documents.ts";

/** Words for statistics that no Info page has. */
const OWN: Readonly<Record<string, string>> = {
  "messages.sentByKind.channels": "Messages sent in channels",
  "messages.sentByKind.privateGroups": "Messages sent in private groups",
  "messages.sentByKind.direct": "Direct messages sent",
  "messages.sentByKind.omnichannel": "Messages sent in omnichannel",
  "messages.sentByKind.discussions": "Messages sent in discussions",
  "messages.removed": "Messages removed",
  "uploads.added": "Uploads added",
  "uploads.addedBytes": "Size of uploads added",
  "connections.dayPeak": "Peak connections of the day",
  "memory.total": "Memory of the host",
  "memory.free": "Free memory of the host",
  "memory.freeLow": "Lowest free memory",
  "last.login": "Last login",
  "last.message": "Last message",
  "last.seen": "Last seen",
  "users.total": "All users",
  "uploads.total": "All uploads",
};

/** What a statistic is called where it stands alone. */
export const labelOf = ({ name, label }: { readonly name: string; readonly label?: string }): string =>
  OWN[name] ?? label ?? name;

const AREAS: Readonly<Record<string, string>> = {
  messages: "Messages",
  users: "Users",
  rooms: "Rooms",
  uploads: "Uploads",
  connections: "Connections",
  memory: "Memory",
  instances: "Instances",
};

/** Statistics that can be drawn, by area; a time is no amount. */
export const groupsOf = (
  definitions: Iterable<Definition>,
): readonly { readonly area: string; readonly members: readonly Definition[] }[] => {
  const drawable = [...definitions].filter(({ kind }) => kind !== "time");
  return Object.entries(AREAS)
    .map(([prefix, area]) => ({ area, members: drawable.filter(({ name }) => name.startsWith(`${prefix}.`)) }))
    .filter(({ members }) => members.length > 0);
};

/**
 * What a document tells in words beside the counted numbers: as of the window's end, known to change seldom. The rows
 * are documentation; unlike the registry of statistics they count nothing.
 */
export interface Information {
  /** The API's name: where it lies in a document, dots nest. */
  readonly name: string;
  /** One sentence. */
  readonly definition: string;
  /** Wording of the newer Info page seed. */
  readonly label?: string;
  /** Fields of the Rocket.Chat dialect, dots nest. */
  readonly rocketchat?: readonly string[];
}

/** Everything in the areas `deployment`, `license` and `federation` of a document. */
export const INFORMATION: readonly Information[] = [
  {
    name: "deployment.id",
    label: "Deployment ID",
    rocketchat: ["uniqueId"],
    definition: "What identifies the workspace's deployment; it never changes.",
  },
  {
    name: "deployment.installedAt",
    rocketchat: ["installedAt"],
    definition: "When the workspace began to be counted (UTC).",
  },
  {
    name: "deployment.version",
    label: "Version",
    rocketchat: ["version"],
    definition: "Version of the chat server, as its most recently started live instance reports it.",
  },
  {
    name: "deployment.appsEngineVersion",
    label: "Apps Engine Version",
    rocketchat: ["apps.engineVersion"],
    definition: "Version of the apps engine of that instance.",
  },
  {
    name: "deployment.nodeVersion",
    label: "Node Version",
    rocketchat: ["process.nodeVersion"],
    definition: "Version of Node.js that the instance runs on.",
  },
  {
    name: "deployment.migration",
    label: "Database Migration",
    rocketchat: ["migration"],
    definition: "State of the chat server's database migrations, as the instance reports it.",
  },
  {
    name: "deployment.database",
    label: "MongoDB",
    rocketchat: ["mongoVersion", "mongoStorageEngine"],
    definition: "Version and engine of the chat server's database.",
  },
  {
    name: "deployment.commit",
    label: "Commit Details",
    rocketchat: ["commit"],
    definition: "The commit that the chat server was built from.",
  },
  {
    name: "deployment.deploy",
    rocketchat: ["deploy"],
    definition: "How and on which platform the chat server was deployed.",
  },
  {
    name: "deployment.os",
    rocketchat: ["os"],
    definition: "Operating system of the instance's host; memory in bytes, uptime in seconds.",
  },
  {
    name: "deployment.process",
    label: "PID",
    rocketchat: ["process.pid", "process.uptime"],
    definition: "Process of the instance: Node version, process id, uptime in seconds.",
  },
  {
    name: "instances.list",
    definition: "The live instances, most recently started first, at most 100; their count is a statistic.",
  },
  {
    name: "license.tags",
    label: "License",
    rocketchat: ["enterprise.tags"],
    definition: "Tags of the licence that is applied.",
  },
  {
    name: "license.modules",
    label: "Features",
    rocketchat: ["enterprise.modules"],
    definition: "Modules that the licence switches on.",
  },
  { name: "license.status", definition: "Whether the licence is valid, expired, not yet valid, or invalid otherwise." },
  { name: "license.limits", definition: "Most of something that the licence allows, by name; -1 for no limit." },
  { name: "license.validFrom", definition: "From when the licence is valid (UTC)." },
  { name: "license.validUntil", definition: "Until when it is valid, that instant not included (UTC)." },
  {
    name: "federation.enabled",
    rocketchat: ["matrixFederation.enabled"],
    definition: "Whether users of other servers can be reached.",
  },
  { name: "federation.domain", definition: "Domain that users of other servers address." },
  { name: "federation.discovery", definition: "How other servers find this one: dns or hub." },
  { name: "federation.checkedAt", definition: "When the domain's records were last checked (UTC)." },
  { name: "federation.reachable", definition: "Whether other servers could find this one then." },
  { name: "federation.checks", definition: "What was found then, record by record." },
];

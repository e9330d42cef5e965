/** The Info page: the latest statistics of the key's workspace. */

const KEY = "tidemark-key";
/** What is not known is told apart from nothing. */
const UNKNOWN = "–";
const NARROW_SPACE = "\u202f";

/** @param {string} id */
const element = (id) => document.getElementById(id);

const whole = new Intl.NumberFormat("en-GB");
const short = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });
const dateAndTime = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
const timeOnly = new Intl.DateTimeFormat("en-GB", { timeStyle: "short", timeZone: "UTC" });

const count = (value) => (typeof value === "number" ? whole.format(value) : UNKNOWN);
const text = (value) => (typeof value === "string" && value !== "" ? value : UNKNOWN);
const instant = (value) => (typeof value === "string" ? `${dateAndTime.format(new Date(value))} UTC` : UNKNOWN);

const bytes = (value) => {
  if (typeof value !== "number") return UNKNOWN;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let amount = value;
  let unit = 0;
  for (; amount >= 1_000 && unit < units.length - 1; unit++) amount /= 1_000;
  return `${short.format(amount)}${NARROW_SPACE}${units[unit]}`;
};

const named = (value) => {
  if (typeof value !== "object" || value === null) return UNKNOWN;
  return (
    [value.engine, value.storageEngine, value.version].filter((part) => typeof part === "string").join(" ") || UNKNOWN
  );
};

const commitOf = (value) => (typeof value === "object" && value !== null ? text(value.hash?.slice(0, 10)) : UNKNOWN);
const migrationOf = (value) => {
  if (typeof value !== "object" || value === null) return UNKNOWN;
  const { version, lockedAt } = value;
  return version === undefined ? UNKNOWN : `${version}${typeof lockedAt === "string" ? ` (${instant(lockedAt)})` : ""}`;
};

/** Cards, groups and labels as Rocket.Chat's Info page has them. */
const CARDS = [
  {
    title: "Deployment",
    groups: [
      {
        rows: [
          ["Version", (s) => text(s.deployment.version)],
          ["Deployment ID", (s) => text(s.deployment.id)],
          ["Apps Engine Version", (s) => text(s.deployment.appsEngineVersion)],
          ["Node Version", (s) => text(s.deployment.nodeVersion)],
          ["Database Migration", (s) => migrationOf(s.deployment.migration)],
          ["Database", (s) => named(s.deployment.database)],
          ["Commit Details", (s) => commitOf(s.deployment.commit)],
          [
            "PID",
            (s) =>
              text(
                s.deployment.process?.pid === undefined || s.deployment.process?.pid === null
                  ? null
                  : String(s.deployment.process.pid),
              ),
          ],
          ["Instances", (s) => count(s.instances.count)],
        ],
      },
    ],
  },
  {
    title: "Usage",
    isWide: true,
    groups: [
      {
        title: "Users",
        rows: [
          ["Total", (s) => count(s.users.total)],
          ["Online", (s) => count(s.users.online)],
          ["Away", (s) => count(s.users.away)],
          ["Busy", (s) => count(s.users.busy)],
          ["Offline", (s) => count(s.users.offline)],
        ],
      },
      {
        title: "Types and Distribution",
        rows: [
          ["Connected", (s) => count(s.users.connected)],
          ["Activated Users", (s) => count(s.users.activated)],
          ["Activated Guests", (s) => count(s.users.guests)],
          ["Deactivated Users", (s) => count(s.users.deactivated)],
          ["Rocket.Chat App Users", (s) => count(s.users.apps)],
        ],
      },
      {
        title: "Uploads",
        rows: [
          ["Total Uploads", (s) => count(s.uploads.total)],
          ["Total Uploads Size", (s) => bytes(s.uploads.bytes)],
        ],
      },
      {
        title: "Rooms",
        rows: [
          ["Rooms", (s) => count(s.rooms.total)],
          ["Channels", (s) => count(s.rooms.channels)],
          ["Private Groups", (s) => count(s.rooms.privateGroups)],
          ["Direct Message Rooms", (s) => count(s.rooms.direct)],
          ["Discussions", (s) => count(s.rooms.discussions)],
          ["Omnichannel Rooms", (s) => count(s.rooms.omnichannel)],
        ],
      },
      {
        title: "Messages",
        rows: [
          ["Messages", (s) => count(s.messages.total)],
          ["Threads", (s) => count(s.messages.threads)],
          ["Messages in Channels", (s) => count(s.messages.channels)],
          ["Messages in Private Groups", (s) => count(s.messages.privateGroups)],
          ["Messages in Direct Messages", (s) => count(s.messages.direct)],
          ["Messages in Omnichannel", (s) => count(s.messages.omnichannel)],
        ],
      },
    ],
  },
];

const STATES = {
  open: "Reading, its hour is still open",
  complete: "Complete",
  imported: "Imported",
  restated: "Restated after late events",
  partial: "Partial",
  missing: "Missing",
  failed: "Failed",
};

/** What each reason means to the one who reads it. */
const REASONS = {
  "reporters-silent": "the server was not heard",
  started: "the workspace began within it",
};

const make = (name, content, className) => {
  const made = document.createElement(name);
  if (typeof content === "string") made.textContent = content;
  else if (content !== undefined) made.append(...content);
  if (className !== undefined) made.className = className;
  return made;
};

const cardOf = ({ title, groups, isWide }, statistics) =>
  make(
    "section",
    [
      make("h2", title),
      make(
        "div",
        groups.map((group) =>
          make("div", [
            ...(group.title === undefined ? [] : [make("h3", group.title)]),
            make(
              "dl",
              group.rows.map(([label, value]) =>
                make("div", [make("dt", label), make("dd", value(statistics))], "row"),
              ),
            ),
          ]),
        ),
        "groups",
      ),
    ],
    isWide === true ? "card wide" : "card",
  );

const ledgerOf = ({ status, reasons, coverage }) => {
  const why = reasons.map((reason) => REASONS[reason] ?? reason).join(", ");
  const heard = `heard in ${coverage.heardMinutes} of ${coverage.of} minutes`;
  return `${STATES[status] ?? status}${why === "" ? "" : `: ${why}`} (${heard})`;
};

const windowOf = ({ start, end }) => `${dateAndTime.format(new Date(start))} to ${timeOnly.format(new Date(end))} UTC`;

/** Which of two documents is the later one is for the server to say; this one is shown. */
let shown;

const show = (statistics) => {
  shown = statistics;
  element("download").disabled = false;
  element("workspace").textContent = `Workspace ${statistics.workspace}`;
  const facts = [
    ["As of", instant(statistics.takenAt)],
    ["Window", windowOf(statistics.window)],
    ["State", ledgerOf(statistics.ledger)],
    ["Next hour closes", instant(statistics.nextRunAt)],
  ];
  element("state").replaceChildren(
    ...facts.map(([label, value]) => make("div", [make("dt", label), make("dd", value)])),
  );
  element("cards").replaceChildren(...CARDS.map((card) => cardOf(card, statistics)));
};

/** An answer that is no success, in words for the one who reads the page. */
class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const PLAIN = {
  401: "This key is not known, or was revoked. Check it for typing mistakes.",
  403: "This key may not do that. Use one with the scopes statistics:read and statistics:refresh.",
  429: "It was refreshed a moment ago. Wait a little and try again.",
};

const ask = async (method, path, key) => {
  let response;
  try {
    response = await fetch(path, { method, headers: { authorization: `Bearer ${key}` }, cache: "no-store" });
  } catch {
    throw new Refused(0, "Tidemark can't be reached. Check that it runs, then try again.");
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Refused(
    response.status,
    PLAIN[response.status] ?? problem.detail ?? `The server answered with ${response.status}.`,
  );
};

const keyKept = () => sessionStorage.getItem(KEY);

const askForKey = (message = "") => {
  sessionStorage.removeItem(KEY);
  element("info").hidden = true;
  element("sign-out").hidden = true;
  element("sign-in").hidden = false;
  element("sign-in-error").textContent = message;
  element("key").value = "";
  element("key").focus();
};

const showInfo = () => {
  element("sign-in").hidden = true;
  element("info").hidden = false;
  element("sign-out").hidden = false;
};

const tellFailure = (failure) => {
  if (failure instanceof Refused && failure.status === 401) askForKey(failure.message);
  else
    element("error").textContent =
      failure instanceof Refused ? failure.message : "Something went wrong on this page. Load it again.";
};

/** Runs what a button does; it can't be pressed again meanwhile. */
const whileBusy = async (button, work) => {
  element("error").textContent = "";
  element("status").textContent = "";
  button.disabled = true;
  try {
    await work();
  } catch (failure) {
    tellFailure(failure);
  } finally {
    button.disabled = false;
  }
};

const REFRESHED = {
  fresh: "Refreshed just now",
  coalesced: "Refreshed together with another request",
  cooldown: "Not refreshed again so soon: this is the latest reading",
};

const refresh = async () => {
  const response = await ask("POST", "/v1/statistics/refresh", keyKept());
  show(await response.json());
  const status = response.headers.get("x-refresh-status") ?? "";
  const age = Number(response.headers.get("age") ?? 0);
  element("status").textContent = `${REFRESHED[status] ?? "Refreshed"} (${status}, ${age} s old).`;
};

const download = async () => {
  const { nextRunAt: _, ...document_ } = shown;
  const address = URL.createObjectURL(
    new Blob([`${JSON.stringify(document_, null, 2)}\n`], { type: "application/json" }),
  );
  const link = make("a");
  link.href = address;
  link.download = "statistics.json";
  link.click();
  URL.revokeObjectURL(address);
  element("status").textContent = "Saved as statistics.json.";
};

const enter = async (key) => {
  const response = await ask("GET", "/v1/statistics", key);
  sessionStorage.setItem(KEY, key);
  show(await response.json());
  showInfo();
};

const signIn = async (event) => {
  event.preventDefault();
  element("sign-in-error").textContent = "";
  const key = element("key").value.trim();
  try {
    await enter(key);
    element("main").focus();
  } catch (failure) {
    element("sign-in-error").textContent = failure.message;
    element("key").select();
  }
};

element("sign-in-form").addEventListener("submit", (event) => void signIn(event));
element("sign-out").addEventListener("click", () => askForKey());
element("refresh").addEventListener("click", ({ currentTarget }) => void whileBusy(currentTarget, refresh));
element("download").addEventListener("click", ({ currentTarget }) => void whileBusy(currentTarget, download));

const begin = async () => {
  const key = keyKept();
  if (key === null) {
    askForKey();
    return;
  }
  try {
    await enter(key);
  } catch (failure) {
    showInfo();
    tellFailure(failure);
  }
};
await begin();

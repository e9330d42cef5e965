import type { Statistics } from "../documents.ts";
import { bytes, count } from "../words.ts";
import { Row } from "./row.tsx";

type Group = readonly [title: string, rows: readonly (readonly [label: string, statistic: string])[]];

/** Groups and labels as Rocket.Chat's Info page has them. */
const GROUPS: readonly Group[] = [
  [
    "Users",
    [
      ["Total", "users.total"],
      ["Online", "users.online"],
      ["Busy", "users.busy"],
      ["Away", "users.away"],
      ["Offline", "users.offline"],
    ],
  ],
  [
    "Types and Distribution",
    [
      ["Connected", "users.connected"],
      ["Activated Users", "users.activated"],
      ["Activated Guests", "users.guests"],
      ["Deactivated Users", "users.deactivated"],
      ["Rocket.Chat App Users", "users.apps"],
    ],
  ],
  [
    "Uploads",
    [
      ["Total Uploads", "uploads.total"],
      ["Total Uploads Size", "uploads.bytes"],
    ],
  ],
  [
    "Rooms",
    [
      ["Rooms", "rooms.total"],
      ["Channels", "rooms.channels"],
      ["Private Groups", "rooms.privateGroups"],
      ["Direct Message Rooms", "rooms.direct"],
      ["Discussions", "rooms.discussions"],
      ["Omnichannel Rooms", "rooms.omnichannel"],
    ],
  ],
  [
    "Messages",
    [
      ["Messages", "messages.total"],
      ["Threads", "messages.threads"],
      ["Messages in Channels", "messages.channels"],
      ["Messages in Private Groups", "messages.privateGroups"],
      ["Messages in Direct Messages", "messages.direct"],
      ["Messages in Discussions", "messages.discussions"],
      ["Messages in Omnichannel", "messages.omnichannel"],
    ],
  ],
];

const valueIn = (statistics: Statistics, name: string): unknown => {
  const [area = "", field = ""] = name.split(".");
  return (statistics as unknown as Record<string, Record<string, unknown> | undefined>)[area]?.[field];
};

/** How the workspace is used. */
export const UsageCard = ({ statistics }: { readonly statistics: Statistics }) => (
  <section class="card usage">
    <h2>Usage</h2>
    <div class="groups">
      {GROUPS.map(([title, rows]) => (
        <div key={title}>
          <h3>{title}</h3>
          <dl>
            {rows.map(([label, name]) => (
              <Row key={name} label={label} statistic={name}>
                {(name === "uploads.bytes" ? bytes : count)(valueIn(statistics, name))}
              </Row>
            ))}
          </dl>
        </div>
      ))}
    </div>
    <p class="card-foot">
      <a class="button" href="#/trends">
        See on Engagement Dashboard
      </a>
    </p>
  </section>
);

import type { DescribedOperation } from "../../../core/description.ts";
import {
  anyObject,
  arrayOf,
  count,
  flag,
  object,
  only,
  type Schema,
  text,
  withOthers,
} from "../../../core/json-schema.ts";
import { ROOM_KINDS } from "../webhook.ts";

const PAYLOAD: Schema = withOthers(
  object(
    {
      token: text("The token of the integration: a key of kind `webhook`."),
      timestamp: text("When it happened, ISO 8601."),
      message_id: text("Of a message or an upload."),
      channel_id: text("The room."),
      channel_name: text("Its name; direct rooms have none."),
      user_id: text("Who did it."),
      tmid: text("The message that a thread hangs on."),
      message: anyObject("Of an upload: the message with its file."),
      room: anyObject("Of an upload or a room's event: the room."),
      user: anyObject("Of an upload, a room's event or a new user: the user."),
    },
    ["timestamp", "message_id", "channel_id", "channel_name", "user_id", "tmid", "message", "room", "user"],
  ),
  "What else Rocket.Chat sends along, such as the text, which is neither needed nor kept.",
);

/** Where a Rocket.Chat server's outgoing webhooks arrive. */
export const FEED_OPERATIONS: Readonly<Record<string, DescribedOperation>> = {
  "POST /ingest/rocketchat": {
    area: "Rocket.Chat",
    id: "rocketchatTakeWebhook",
    summary: "Take an outgoing webhook",
    description:
      "What a Rocket.Chat server's outgoing webhook sends of a message, an upload, a room or a user becomes events, each counted once however often it is sent. What sending again would not change is answered by 200.",
    parameters: [
      {
        name: "rooms",
        in: "query",
        description:
          "The kind of rooms that the integration is set up for, because a message does not say; without it rooms without a name are direct, and others channels.",
        schema: { type: "string", enum: ROOM_KINDS },
        example: "private",
      },
    ],
    body: {
      "application/json": {
        schema: PAYLOAD,
        examples: {
          message: {
            token: "rcwh_…",
            bot: false,
            channel_id: "GENERAL",
            channel_name: "general",
            message_id: "5wvNJ6tqSJYLJbMTv",
            timestamp: "2026-11-21T09:41:12.000Z",
            user_id: "ew28FnZqipDpvKw3R",
            user_name: "ann",
            text: "Good morning",
          },
        },
      },
    },
    answers: {
      200: {
        description: "Taken, or never to be taken.",
        body: {
          "application/json": {
            schema: object({
              success: only(true),
              accepted: count("Events counted."),
              replayed: flag("Whether it was taken before; then nothing was counted now."),
              refused: arrayOf(
                object({ code: text("The slug of a problem page."), detail: text("What is wrong with the event.") }),
                "Events that can't be counted, now or later.",
              ),
            }),
            examples: { taken: { success: true, accepted: 1, replayed: false, refused: [] } },
          },
        },
      },
    },
    failures: [
      "credential.missing",
      "credential.unknown",
      "credential.expired",
      "parameter.invalid",
      "events.unwanted",
      "workspace.paused",
      "store.busy",
      "store.newer",
    ],
  },
};

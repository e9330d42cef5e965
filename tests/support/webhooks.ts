/** Payloads as a Rocket.Chat server's outgoing webhooks send them. */
type Payload = Readonly<Record<string, unknown>>;

/** The room and the users that payloads are about, as the server hands them on. */
export const ROOM = { _id: "GENERAL", t: "c", name: "general", msgs: 12, usersCount: 3 } as const;
/** A private room, as a payload tells of it. */
export const PRIVATE_ROOM = { _id: "wRtZdXcGnkqYtXPGk", t: "p", name: "plans", prid: "GENERAL" } as const;
/** A user, as a payload tells of her. */
export const ANN = { _id: "ew28FnZqipDpvKw3R", username: "ann", type: "user", active: true, status: "busy" } as const;

const of = (room: { readonly _id: string; readonly name: string }, at: string): Payload => ({
  bot: false,
  channel_id: room._id,
  channel_name: room.name,
  timestamp: at,
  user_id: ANN._id,
  user_name: ANN.username,
});

/** Event `sendMessage`. */
export const messageHook = (id: string, at: string, more: Payload = {}): Payload => ({
  ...of(ROOM, at),
  message_id: id,
  text: "what nobody here needs to know",
  siteUrl: "https://chat.example.org/",
  ...more,
});

/** Event `fileUploaded`. */
export const uploadHook = (id: string, at: string, message: Payload): Payload => ({
  ...of(PRIVATE_ROOM, at),
  message_id: id,
  text: "",
  user: ANN,
  room: PRIVATE_ROOM,
  message: { _id: id, rid: PRIVATE_ROOM._id, ...message },
});

/** Event `roomCreated`. */
export const roomHook = (at: string): Payload => ({ ...of(PRIVATE_ROOM, at), owner: ANN, room: PRIVATE_ROOM });

/** Events `roomJoined`, `roomLeft` and `roomArchived`: their time is when it is sent, so another one at each try. */
export const joinedHook = (at: string): Payload => ({ ...of(ROOM, at), user: ANN, room: ROOM });

/** Event `userCreated`. */
export const userHook = (at: string, user: Payload = ANN): Payload => ({
  bot: false,
  timestamp: at,
  user_id: user["_id"],
  user_name: user["username"],
  user,
});

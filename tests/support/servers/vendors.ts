import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { isoOf } from "../../../functions/core/instant.ts";
import { answering, type Play } from "./upstream-server.ts";

/** Credentials that the played servers know. */
export const ROCKETCHAT_TOKEN = "rct-8h2mKAwxB3AQrFSjLVKMooJyjdCFaA7W45sWlHP8IzO";
/** The id that the played Rocket.Chat knows. */
export const ROCKETCHAT_USER = "ew28FnZqipDpvKw3R";
/** The key that the played IMKit app knows. */
export const IMKIT_KEY = "ak_secret-of-the-app-1234567890";

type Fields = Record<string, unknown>;

/** What a server has counted. */
export interface Counted {
  readonly users?: number;
  readonly messages?: number;
}

const recorded = (name: string): Fields =>
  JSON.parse(readFileSync(new URL(`../../fixtures/upstreams/${name}.json`, import.meta.url), "utf8")) as Fields;

/** A record as a server of 2018 answers it: nested, with `totlalLivechat`, totals of their own kind. */
export const rocketchat061 = (at: number, { users = 88, messages = 730 }: Counted = {}): Fields => ({
  statistics: {
    ...(recorded("rocketchat-0.61")["statistics"] as Fields),
    totalUsers: users,
    totalChannelMessages: messages,
    totalMessages: messages + 1_894,
    createdAt: isoOf(at),
    _updatedAt: isoOf(at),
  },
  success: true,
});

/** A record as today's servers answer it: flat, dates spelt out, many more fields. */
export const rocketchat8 = (at: number, { users = 120, messages = 5_000 }: Counted = {}): Fields => ({
  ...recorded("rocketchat-8"),
  totalUsers: users,
  offlineUsers: users - 15,
  totalChannelMessages: messages,
  totalMessages: messages + 2_310,
  createdAt: isoOf(at),
});

const LOGIN = "You must be logged in to do this.";

/** A Rocket.Chat server that knows one token. */
export const playRocketchat =
  (record: () => Fields, token = ROCKETCHAT_TOKEN): Play =>
  (request, response) => {
    const { "x-auth-token": sent, "x-user-id": user } = request.headers;
    const isGood = sent === token && user === ROCKETCHAT_USER && request.url?.startsWith("/api/v1/statistics") === true;
    const body = isGood ? record() : { success: false, error: LOGIN, status: "error", message: LOGIN };
    answering(body, isGood ? 200 : 401)(request, response);
  };

/** The last hour as today's IMKit documents have it; the keys come along. */
export const imkitNew = (end: number, messages = 2_467): Fields => ({
  clientKey: "ck_of_the_app_0123456789",
  apiKey: IMKIT_KEY,
  startTime: isoOf(end - 3_600_000),
  endTime: isoOf(end),
  start: Math.floor((end - 3_600_000) / 1_000),
  end: Math.floor(end / 1_000),
  userList: ["user001", "user002"],
  roomCount: 12,
  totalRoomCount: 358,
  messageCount: messages,
  peakConnectionCount: 1_893,
  totalMem: 8_589_934_592,
  freeMem: 3_221_225_472,
});

/** The same as its older documents have it: numbers as text, the names of the two clocks swapped. */
export const imkitOld = (end: number, messages = 2_467): Fields => ({
  ...imkitNew(end),
  startTime: end - 3_600_000,
  endTime: end,
  start: isoOf(end - 3_600_000),
  end: isoOf(end),
  messageCount: String(messages),
  totalMem: "8589934592",
});

/** An IMKit app that knows one key. */
export const playImkit =
  (result: () => Fields, key = IMKIT_KEY): Play =>
  (request: IncomingMessage, response) => {
    const isGood = request.headers["im-api-key"] === key && request.url === "/admin/stats";
    const refused = {
      RC: 401,
      RM: "Unauthorized",
      error: { code: "INVALID_API_KEY", message: "Invalid or missing API key" },
    };
    answering(isGood ? { RC: 0, RM: "OK", result: result() } : refused, isGood ? 200 : 401)(request, response);
  };

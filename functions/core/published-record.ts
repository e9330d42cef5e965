import { createPublicKey } from "node:crypto";
import { domainOf } from "./domain.ts";
import type { RecordState } from "./federation.ts";
import { isFields } from "./fields.ts";
import type { Looked, ServiceRecord } from "./looked-up.ts";

/** One record as judged by itself. */
export interface Judged {
  readonly state: RecordState;
  readonly found: string | null;
  /** What is wrong, or why it failed. */
  readonly reason?: string;
}

const SHOWN_CHARACTERS = 200;

/** What others published, fit to be shown: short, and on one line. */
const shown = (text: string): string => {
  const plain = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ");
  return plain.length > SHOWN_CHARACTERS ? `${plain.slice(0, SHOWN_CHARACTERS)}…` : plain;
};

/** Judges what became of a look-up. */
export const judge = <T>(looked: Looked<T>, judgeFound: (found: T) => Judged): Judged => {
  if ("found" in looked) return judgeFound(looked.found);
  if ("missing" in looked) return { state: "missing", found: null };
  if ("unreadable" in looked) return { state: "wrong", found: null, reason: looked.unreadable };
  return { state: "failed", found: null, reason: looked.failed };
};

const PORTS = 65_536;
const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < PORTS;

/** A service is good when all its records name a host and a port. */
export const judgeServices = (records: readonly ServiceRecord[]): Judged => {
  if (records.length === 0) return { state: "missing", found: null };
  const found = shown(records.map(({ target, port }) => `${target}:${port}`).join(", "));
  // A target of «.» says that the service is not offered (RFC 2782).
  const isUsable = records.every(({ target, port }) => domainOf(target) !== undefined && isPort(port));
  return isUsable
    ? { state: "ok", found }
    : { state: "wrong", found, reason: "It must name the host of your server and a port from 1 to 65535." };
};

const PEM = /^-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----$/;

/** Providers of DNS drop line ends, so only what is between the marks counts. */
const isPublicKey = (text: string): boolean => {
  const base64 = PEM.exec(text.trim())?.[1];
  if (base64 === undefined) return false;
  try {
    createPublicKey({ key: Buffer.from(base64, "base64"), format: "der", type: "spki" });
    return true;
  } catch {
    return false;
  }
};

/** Rocket.Chat takes the first record, so there should be no other. */
export const judgeKey = (texts: readonly string[]): Judged => {
  const [text] = texts;
  if (text === undefined) return { state: "missing", found: null };
  const found = shown(texts.join(", "));
  if (texts.length > 1) return { state: "wrong", found, reason: `There are ${texts.length} of them; keep one.` };
  return isPublicKey(text)
    ? { state: "ok", found }
    : { state: "wrong", found, reason: "It is no complete public key: a provider of DNS may have cut it off." };
};

/** Only a record under `_tcp` needs it, and without it https is meant. */
export const judgeProtocol = (texts: readonly string[]): Judged => {
  const [text] = texts;
  if (text === undefined) return { state: "ok", found: null };
  return texts.length === 1 && (text === "https" || text === "http")
    ? { state: "ok", found: text }
    : { state: "wrong", found: shown(texts.join(", ")), reason: "It must be the one word https or http." };
};

/** A host, or an address in its notation, and a port of its own or none (Matrix appendices, «Server name»). */
const SERVER_NAME = /^(?:(\d{1,3}(?:\.\d{1,3}){3})|(\[[\da-fA-F:.]{2,45}\])|([^:]+))(?::(\d{1,5}))?$/;

const isServerName = (text: string): boolean => {
  const [whole, v4, v6, host, port] = SERVER_NAME.exec(text) ?? [];
  if (whole === undefined || (port !== undefined && !isPort(Number(port)))) return false;
  return v4 !== undefined || v6 !== undefined || domainOf(host ?? "") !== undefined;
};

/** The file of Matrix names another server, or this one (Matrix server-server API, «m.server»). */
export const judgeFile = (file: unknown): Judged => {
  const server = isFields(file) ? file["m.server"] : undefined;
  if (typeof server !== "string")
    return { state: "wrong", found: null, reason: "It must be a JSON object with a text m.server." };
  return isServerName(server)
    ? { state: "ok", found: shown(server) }
    : { state: "wrong", found: shown(server), reason: "m.server must be a host, or a host and a port." };
};

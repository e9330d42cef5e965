import type { Discovery, FederationCheck, RecordCheck } from "./federation.ts";
import type { Looked, ServiceRecord } from "./looked-up.ts";
import { judge, type Judged, judgeFile, judgeKey, judgeProtocol, judgeServices } from "./published-record.ts";

/**
 * Where a domain's records are. Servers of Rocket.Chat up to 7 look up the first five, in this order (its administrator's
 * guide, «Federation»: DNS). Rocket.Chat 8 speaks Matrix, whose servers look up the others (Matrix server-server API 1.8,
 * «Resolving server names»; `_matrix._tcp` is its deprecated spelling).
 */
export const recordNames = (domain: string) =>
  ({
    https: `_rocketchat._https.${domain}`,
    http: `_rocketchat._http.${domain}`,
    tcp: `_rocketchat._tcp.${domain}`,
    protocol: `rocketchat-tcp-protocol.${domain}`,
    publicKey: `rocketchat-public-key.${domain}`,
    matrix: `_matrix-fed._tcp.${domain}`,
    matrixOnce: `_matrix._tcp.${domain}`,
    matrixFile: `https://${domain}/.well-known/matrix/server`,
  }) as const;

/** What the records of Matrix came to. */
export interface MatrixLookedUp {
  readonly matrix: Looked<readonly ServiceRecord[]>;
  readonly matrixOnce: Looked<readonly ServiceRecord[]>;
  readonly matrixFile: Looked<unknown>;
}

/** What the records that Rocket.Chat looks up in DNS came to. */
export interface RocketchatLookedUp {
  readonly https: Looked<readonly ServiceRecord[]>;
  readonly http: Looked<readonly ServiceRecord[]>;
  readonly tcp: Looked<readonly ServiceRecord[]>;
  readonly protocol: Looked<readonly string[]>;
  readonly publicKey: Looked<readonly string[]>;
}

/** The first that is there speaks for all, as it does for other servers. */
const firstOf = <Name extends string>(
  rows: readonly (readonly [Name, Looked<readonly ServiceRecord[]>])[],
): { readonly name: Name | undefined; readonly judged: Judged } => {
  const judged = rows.map(([name, looked]) => ({ name, judged: judge(looked, judgeServices) }));
  const there = judged.find((row) => row.judged.state === "ok" || row.judged.state === "wrong");
  const failed = judged.find((row) => row.judged.state === "failed");
  return there ?? failed ?? { name: undefined, judged: { state: "missing", found: null } };
};

/** A record on its way to be told: what to do is known only when all are judged. */
interface Row extends Judged {
  readonly feature: string;
  readonly record: RecordCheck["record"];
  readonly expected: string;
  readonly instead: string;
  readonly isOptional?: boolean;
}

const rocketchatRows = (domain: string, looked: RocketchatLookedUp): readonly Row[] => {
  const names = recordNames(domain);
  const { name = "https", judged } = firstOf([
    ["https", looked.https],
    ["http", looked.http],
    ["tcp", looked.tcp],
  ] as const);
  const server: Row = {
    ...judged,
    feature: "rocketchat.server",
    record: { type: "SRV", name: names[name] },
    expected: "priority 1, weight 1, port 443, and your server's host name as target",
    instead: "For federation with Rocket.Chat up to 7",
  };
  const key: Row = {
    ...judge(looked.publicKey, judgeKey),
    feature: "rocketchat.public-key",
    record: { type: "TXT", name: names.publicKey },
    expected: "the public key that your server shows, from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----",
    instead: "For federation with Rocket.Chat up to 7",
  };
  if (name !== "tcp" || judged.state !== "ok") return [server, key];
  const isUnset = "missing" in looked.protocol;
  const protocol: Row = {
    ...(isUnset ? judgeProtocol([]) : judge(looked.protocol, judgeProtocol)),
    feature: "rocketchat.protocol",
    record: { type: "TXT", name: names.protocol },
    expected: "https or http; without it, https is meant",
    instead: "For federation with Rocket.Chat up to 7",
    isOptional: true,
  };
  return [server, key, protocol];
};

const matrixFileRow = (domain: string, { matrixFile }: MatrixLookedUp): Row => ({
  ...judge(matrixFile, judgeFile),
  feature: "matrix.well-known",
  record: { type: "HTTPS", name: recordNames(domain).matrixFile },
  expected: 'JSON such as {"m.server": "chat.example.org:443"}, with your server\'s host and port',
  instead: "For federation with Rocket.Chat 8 and others that speak Matrix, this or the SRV record will do",
});

const matrixServerRow = (domain: string, { matrix, matrixOnce }: MatrixLookedUp): Row => {
  const { name = "matrix", judged } = firstOf([
    ["matrix", matrix],
    ["matrixOnce", matrixOnce],
  ] as const);
  return {
    ...judged,
    feature: "matrix.server",
    record: { type: "SRV", name: recordNames(domain)[name] },
    expected: "priority 1, weight 1, your server's host name as target, and its port",
    instead: "For federation with Rocket.Chat 8 and others that speak Matrix, this or the file will do",
  };
};

const remedyOf = ({ state, record, expected, reason, instead, isOptional }: Row, isNeeded: boolean): string | null => {
  const where = `${record.type === "HTTPS" ? "the file" : `the ${record.type} record`} ${record.name}`;
  if (state === "wrong") return `Mend ${where}: ${reason ?? ""} Expected is ${expected}.`;
  if (state === "ok" || !isNeeded || isOptional === true) return null;
  return state === "missing"
    ? `${instead}: publish ${where} with ${expected}.`
    : `Could not look up ${where}: ${reason ?? ""} Check again in a while.`;
};

/** A record that may be left out never closes a way by being absent, but does by being wrong. */
const isOpen = (way: readonly Row[]): boolean => way.length > 0 && way.every(({ state }) => state === "ok");

const reachability = (discovery: Discovery, isAnyOpen: boolean): boolean | null =>
  isAnyOpen ? true : discovery === "hub" ? null : false;

/**
 * Judges what a domain publishes. Other servers find it when all records of one way are good: Rocket.Chat's own, the file
 * of Matrix, or its service record. With a hub, Rocket.Chat's servers ask that, and the domain has to publish nothing.
 * @param at when it was looked up, milliseconds since 1970 UTC.
 * @param rocketchat undefined with a hub: then none of them is looked up.
 */
export const judgeFederation = (
  { at, domain, discovery }: Pick<FederationCheck, "at" | "domain" | "discovery">,
  matrix: MatrixLookedUp,
  rocketchat: RocketchatLookedUp | undefined,
): FederationCheck => {
  const ways: readonly (readonly Row[])[] = [
    rocketchat === undefined ? [] : rocketchatRows(domain, rocketchat),
    [matrixFileRow(domain, matrix)],
    [matrixServerRow(domain, matrix)],
  ];
  const told = (row: Row, way: readonly Row[]): RecordCheck => {
    const isNeeded =
      discovery === "dns" && row.isOptional !== true && !ways.some((other) => other !== way && isOpen(other));
    const { feature, record, state, expected, found } = row;
    return { feature, record, state, isNeeded, expected, found, remedy: remedyOf(row, isNeeded) };
  };
  return {
    at,
    domain,
    discovery,
    isReachable: reachability(discovery, ways.some(isOpen)),
    records: ways.flatMap((way) => way.map((row) => told(row, way))),
  };
};

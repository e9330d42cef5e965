import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { Turns } from "../core/turns.ts";

type Derive = (password: string, salt: Buffer, length: number, options: object) => Promise<Buffer>;

const MOST_WAITING = 100;
/** One at a time: each takes 128 MB, half of what a function has. */
const turns = new Turns(MOST_WAITING);
const deriveNow = promisify(scrypt) as Derive;
const derive: Derive = (...what) => turns.take(() => deriveNow(...what));

/** Cost of scrypt as OWASP's Password Storage Cheat Sheet has it: N = 2^17, r = 8, p = 1. */
const COST = { N: 131_072, r: 8, p: 1, maxmem: 256 * 1024 * 1024 } as const;

/**
 * A salted hash of a password: `scrypt$N$r$p$salt$hash`, the last two in base64.
 * @throws Failure `store.busy` when too many wait to be hashed.
 */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, 32, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64"), hash.toString("base64")].join("$");
};

const STORED = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w+/=]+)\$([\w+/=]+)$/;

/** Whether a password is the one of a stored hash, at the cost the hash was made with; compared in constant time. */
export const isPassword = async (password: string, passwordHash: string): Promise<boolean> => {
  const [, n, r, p, salt = "", hash = ""] = STORED.exec(passwordHash) ?? [];
  if (n === undefined) return false;
  const expected = Buffer.from(hash, "base64");
  // Nothing equals nothing: a hash that was lost would let everybody in.
  if (expected.length === 0) return false;
  const cost = { N: Number(n), r: Number(r), p: Number(p), maxmem: COST.maxmem };
  return timingSafeEqual(await derive(password, Buffer.from(salt, "base64"), expected.length, cost), expected);
};

import { createLocalJWKSet, type JSONWebKeySet, type LocalJWKSet } from "jose";
import { Failure } from "../../core/failure.ts";
import { isSafeUrl } from "../../core/issuer.ts";

/** Keys are asked for again after this long, so that one that was withdrawn ends. */
const KEPT_MS = 600_000;
/** Between two questions for a key that isn't known; anybody can send a token that names one. */
const COOLDOWN_MS = 30_000;
/** After a question that failed; nobody waits for an issuer that is down. */
const REST_MS = 5_000;
const DEADLINE_MS = 5_000;
const MOST_BYTES = 262_144;

const readBounded = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`the answer is over ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

const askFor = async (url: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> => {
  const response = await fetch(url, { signal, redirect: "error", headers: { accept: "application/json" } });
  if (response.status !== 200) throw new Error(`the answer has status ${response.status}`);
  const value = JSON.parse(await readBounded(response));
  if (typeof value !== "object" || value === null) throw new Error("the answer is no JSON object");
  return value as Record<string, unknown>;
};

/** OpenID Connect Discovery 1.0, 4 and 4.3: without the final slash, and by the very name it was asked for. */
const askForKeys = async (issuer: string): Promise<LocalJWKSet> => {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const about = await askFor(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, signal);
  if (about["issuer"] !== issuer) throw new Error("the issuer calls itself by another name");
  const uri = about["jwks_uri"];
  const isLocal = issuer.startsWith("http:");
  if (typeof uri !== "string" || !isSafeUrl(uri) || (!isLocal && !uri.startsWith("https:")))
    throw new Error("the issuer names no safe place for its keys");
  return createLocalJWKSet((await askFor(uri, signal)) as unknown as JSONWebKeySet);
};

/** The keys that an issuer signs with: asked for when needed, shared by all who wait, kept for a while. */
export class IssuerKeys {
  readonly #issuer: string;
  #known: { readonly keys: LocalJWKSet; readonly askedAt: number } | undefined;
  #failedAt = -Infinity;
  #asking: Promise<LocalJWKSet> | undefined;

  constructor(issuer: string) {
    this.#issuer = issuer;
  }

  /** @throws Failure `store.busy` when the issuer can't be asked. */
  async keys(now: number): Promise<LocalJWKSet> {
    const known = this.#known;
    // A clock that was set back makes nothing young.
    return known !== undefined && Math.abs(now - known.askedAt) < KEPT_MS ? known.keys : this.#ask(now);
  }

  /**
   * Keys for a token whose key isn't among those known: an issuer may have begun to sign with another.
   * @returns undefined when they were asked for only just now.
   * @throws Failure `store.busy`.
   */
  async renewed(now: number): Promise<LocalJWKSet | undefined> {
    const known = this.#known;
    return known !== undefined && Math.abs(now - known.askedAt) < COOLDOWN_MS ? undefined : this.#ask(now);
  }

  #ask(now: number): Promise<LocalJWKSet> {
    this.#asking ??= this.#askOnce(now).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #askOnce(now: number): Promise<LocalJWKSet> {
    if (Math.abs(now - this.#failedAt) < REST_MS) throw busy();
    try {
      const keys = await askForKeys(this.#issuer);
      this.#known = { keys, askedAt: now };
      return keys;
    } catch (error) {
      this.#failedAt = now;
      throw busy(error);
    }
  }
}

const busy = (cause?: unknown): Failure =>
  new Failure(
    "store.busy",
    "The issuer of this token can't be asked for its keys; try again.",
    { retryAfterSeconds: REST_MS / 1_000 },
    cause,
  );

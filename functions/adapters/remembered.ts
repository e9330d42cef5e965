import type { Credential } from "../core/credential.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Credentials } from "../ports/credentials.ts";
import type { Workspaces } from "../ports/workspaces.ts";

/** What another process changes shows here after this long at the latest; what this one changes, at once. */
const REMEMBERED_MS = 30_000;
/** Things remembered of a kind; the oldest goes first. */
const MOST = 10_000;

/** Answers by key, for half a minute; «there is none» is an answer, too, so that guessing costs no reads. */
class Memory<T> {
  readonly #clock: () => number;
  readonly #known = new Map<string, { readonly answer: T | undefined; readonly askedAt: number }>();
  /** Counts what was forgotten, so that a look-up that was under way then keeps nothing. */
  #forgotten = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  async get(key: string, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const now = this.#clock();
    const known = this.#known.get(key);
    if (known !== undefined && Math.abs(now - known.askedAt) < REMEMBERED_MS) return known.answer;
    const forgotten = this.#forgotten;
    const answer = await ask();
    if (forgotten === this.#forgotten) this.#put(key, answer, now);
    return answer;
  }

  /** Remembers what was just written: the table's own answer may lag behind. */
  keep(key: string, answer: T): void {
    this.#forgotten++;
    this.#put(key, answer, this.#clock());
  }

  forget(key: string): void {
    this.#forgotten++;
    this.#known.delete(key);
  }

  #put(key: string, answer: T | undefined, askedAt: number): void {
    this.#known.delete(key);
    if (this.#known.size >= MOST) this.#known.delete(this.#known.keys().next().value ?? "");
    this.#known.set(key, { answer, askedAt });
  }
}

type Ending = Pick<Credential, "revokedAt" | "expiresAt">;

const earlier = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

/** Of two endings of a credential what comes first of each kind. */
const sooner = (a: Ending, b: Ending): Ending => ({
  revokedAt: earlier(a.revokedAt, b.revokedAt),
  expiresAt: earlier(a.expiresAt, b.expiresAt),
});

/** Credentials that are remembered for half a minute; one that ends here ends at once. */
export const rememberedCredentials = (credentials: Credentials, clock: () => number): Credentials => {
  const memory = new Memory<Credential>(clock);
  /** Ended here: the table's own answer may lag behind, because it is not read consistently. */
  const ended = new Map<string, Ending>();
  const noteEnd = (hash: string, ending: Ending): void => {
    ended.set(hash, sooner(ended.get(hash) ?? ending, ending));
    if (ended.size > MOST) ended.delete(ended.keys().next().value ?? "");
  };
  return {
    ...credentials,
    find: async (hash) => {
      const found = await memory.get(hash, () => credentials.find(hash));
      const ending = ended.get(hash);
      return found === undefined || ending === undefined ? found : { ...found, ...sooner(found, ending) };
    },
    put: async (credential, ...rest) => {
      await credentials.put(credential, ...rest);
      memory.keep(credential.hash, credential);
    },
    expire: async (hash, at) => {
      await credentials.expire(hash, at);
      noteEnd(hash, { revokedAt: null, expiresAt: at });
      memory.forget(hash);
    },
    touch: async (hash, now) => {
      await credentials.touch(hash, now);
      memory.forget(hash);
    },
    revoke: async (hash, now, ...rest) => {
      noteEnd(hash, { revokedAt: now, expiresAt: null });
      await credentials.revoke(hash, now, ...rest);
      memory.forget(hash);
    },
  };
};

/** Workspaces that are remembered for half a minute; a change made here shows at once. */
export const rememberedWorkspaces = (workspaces: Workspaces, clock: () => number): Workspaces => {
  const memory = new Memory<Workspace>(clock);
  return {
    ...workspaces,
    find: (id) => memory.get(id, () => workspaces.find(id)),
    create: async (workspace, ...rest) => {
      const isMade = await workspaces.create(workspace, ...rest);
      memory.forget(workspace.id);
      return isMade;
    },
    change: async (id, ...rest) => {
      const changed = await workspaces.change(id, ...rest);
      memory.forget(id);
      return changed;
    },
  };
};

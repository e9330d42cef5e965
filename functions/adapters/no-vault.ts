import { Failure } from "../core/failure.ts";
import type { PeopleKeys } from "../ports/people-keys.ts";
import type { UpstreamCredentials } from "../ports/upstream-credentials.ts";

const refuse = (what: string) => (): Promise<never> =>
  Promise.reject(new Failure("upstream.no-vault", `This deployment has no place for ${what}.`));

const EMPTY = {
  find: () => Promise.resolve(undefined),
  remove: () => Promise.resolve(),
};

/** Where no credential can be kept there is none, and nobody is asked. */
export const NO_CREDENTIALS: UpstreamCredentials = {
  ...EMPTY,
  keep: refuse("credentials of other servers, so it polls none"),
};

/** Nor can ids of people be hashed. */
export const NO_PEOPLE_KEYS: PeopleKeys = { ...EMPTY, make: refuse("keys, so it can hash no ids of people") };

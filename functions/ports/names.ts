import type { Looked, ServiceRecord } from "../core/looked-up.ts";

/** Looks up what a domain publishes about its federation. Never throws; bounded in time and size. */
export interface Names {
  services(name: string): Promise<Looked<readonly ServiceRecord[]>>;
  /** The texts of a name's records, each joined from its strings. */
  texts(name: string): Promise<Looked<readonly string[]>>;
  /** `https://‹domain›/.well-known/‹name›`, parsed as JSON; never from a private, loopback or metadata address. */
  wellKnown(domain: string, name: string): Promise<Looked<unknown>>;
}

import { isIP, type LookupFunction } from "node:net";
import { callbackify } from "node:util";
import ipaddr from "ipaddr.js";

/** Where Azure answers guests about their machine; it lies among public addresses. */
const AZURE_METADATA = "168.63.129.16";
/** All that is given out for use in the open (RFC 4291, 2.4; IANA). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an address is one that anybody on the internet may be at. Private, loopback, link-local, metadata, multicast,
 * unspecified, reserved and translated addresses are none, nor is an IPv4 address in the clothes of IPv6.
 */
export const isPublicAddress = (address: string): boolean => {
  if (isIP(address) === 0 || address === AZURE_METADATA) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST);
};

const NEIGHBOURS: ReadonlySet<string> = new Set(["private", "uniqueLocal", "loopback"]);
/** Where Amazon, Google and Oracle answer guests about their machine by IPv6; they lie among private addresses. */
const METADATA = ["fd00:ec2::/32", "fd20:ce::254/128", "fd00:c1::a9fe:a9fe/128"].map((range) =>
  ipaddr.IPv6.parseCIDR(range),
);

/** Whether an address is one of this machine or of its private network, and none of those that tell of the machine. */
export const isNeighbouringAddress = (address: string): boolean => {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv6 && METADATA.some((range) => parsed.match(range))) return false;
  return NEIGHBOURS.has(parsed.range());
};

/** A host leads to an address that nobody but its neighbours may connect to. */
export class NotPublic extends Error {
  override readonly name = "NotPublic";

  constructor(host: string) {
    super(`${host} leads to an address that is not public`);
  }
}

/** Addresses of a host. */
export type AddressesOf = (host: string) => Promise<readonly string[]>;

/**
 * How a connection finds its address: what is connected to is what was checked, so that a name can't lead elsewhere
 * between the two. One address that isn't public spoils them all.
 */
export const guardedLookup = (addressesOf: AddressesOf, mayConnect: (address: string) => boolean): LookupFunction => {
  const find = callbackify(async (host: string) => {
    const addresses = await addressesOf(host);
    if (!addresses.every(mayConnect)) throw new NotPublic(host);
    return addresses.map((address) => ({ address, family: isIP(address) }));
  });
  return (host, { all }, answer) => {
    find(host, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) answer(error ?? new Error(`${host} has no address`), "");
      else if (all === true) answer(null, addresses);
      else answer(null, first.address, first.family);
    });
  };
};

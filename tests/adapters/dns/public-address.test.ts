import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPublicAddress } from "../../../functions/adapters/dns/public-address.ts";

const v4 = (bytes: readonly number[]): string => bytes.join(".");

/** Every address of a block, by its first bytes. */
const within = (...first: readonly number[]) =>
  fc
    .array(fc.integer({ min: 0, max: 255 }), { minLength: 4 - first.length, maxLength: 4 - first.length })
    .map((rest) => [...first, ...rest]);

const between = (from: number, to: number, ...before: readonly number[]) =>
  fc.integer({ min: from, max: to }).chain((byte) => within(...before, byte));

/** IPv4 addresses that nobody on the internet is at (IANA's registry of special-purpose addresses). */
const NOT_PUBLIC = fc.oneof(
  within(0),
  within(10),
  between(64, 127, 100),
  within(127),
  within(169, 254),
  between(16, 31, 172),
  within(192, 0, 0),
  within(192, 0, 2),
  within(192, 168),
  between(18, 19, 198),
  within(198, 51, 100),
  within(203, 0, 113),
  between(224, 255),
);

const hex = (bytes: readonly number[]): string =>
  [0, 2].map((at) => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16)).join(":");

/** How IPv6 says an IPv4 address: mapped, compatible, translated, 6to4; plainly and in figures. */
const CLOTHES: readonly ((bytes: readonly number[]) => string)[] = [
  (bytes) => `::ffff:${v4(bytes)}`,
  (bytes) => `::ffff:${hex(bytes)}`,
  (bytes) => `0:0:0:0:0:FFFF:${hex(bytes)}`,
  (bytes) => `::${v4(bytes)}`,
  (bytes) => `::ffff:0:${v4(bytes)}`,
  (bytes) => `64:ff9b::${v4(bytes)}`,
  (bytes) => `64:ff9b:1::${hex(bytes)}`,
  (bytes) => `2002:${hex(bytes)}::1`,
];

const word = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
const words = (count: number) => fc.array(word, { minLength: count, maxLength: count });

describe("a public address", () => {
  it.each(["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "223.255.255.255"])(
    "is %s",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each(["2606:4700:4700::1111", "2a00:1450:4001:81b::200e", "2001:4860:4860::8888"])("is %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it("is none of IPv4's that are private, local, reserved, or for many", () => {
    fc.assert(fc.property(NOT_PUBLIC, (bytes) => !isPublicAddress(v4(bytes))));
  });

  it("is no IPv4 address in the clothes of IPv6, not even a public one", () => {
    fc.assert(
      fc.property(fc.oneof(NOT_PUBLIC, within()), fc.constantFrom(...CLOTHES), (bytes, dress) => {
        const address = dress(bytes);
        expect(isIP(address)).toBe(6);
        expect(isPublicAddress(address)).toBe(false);
      }),
    );
  });

  it("is none of IPv6's outside of what is given out", () => {
    const first = fc.oneof(fc.integer({ min: 0, max: 0x1fff }), fc.integer({ min: 0x4000, max: 0xffff }));
    fc.assert(fc.property(first, words(7), (head, rest) => !isPublicAddress([head.toString(16), ...rest].join(":"))));
  });

  it("is none of IPv6's for documents, tunnels and tests", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(["2001", "db8"], ["2001", "0"], ["2001", "2"], ["3fff", "0"]),
        words(6),
        (head, rest) => !isPublicAddress([...head, ...rest].join(":")),
      ),
    );
  });

  it.each([
    [
      "what a cloud's machines ask about themselves",
      ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"],
    ],
    ["loopback", ["::1", "127.0.0.1", "127.1", "0x7f.1", "2130706433", "017700000001"]],
    ["unspecified", ["::", "0.0.0.0", "0"]],
    ["a neighbour's", ["fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1"]],
    [
      "no address",
      ["", "example.org", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.1.1.1 ", "[2606:4700:4700::1111]"],
    ],
  ])("is not %s", (_what, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });

  it("is decided for any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => {
        expect(typeof isPublicAddress(text)).toBe("boolean");
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainOf } from "../../functions/core/domain.ts";

describe("a domain", () => {
  it.each([
    ["example.org", "example.org"],
    ["Chat.EXAMPLE.org.", "chat.example.org"],
    ["münchen.example", "xn--mnchen-3ya.example"],
    ["xn--mnchen-3ya.example", "xn--mnchen-3ya.example"],
    ["例え.テスト", "xn--r8jz45g.xn--zckzah"],
    ["1.example.org", "1.example.org"],
    [`${"a".repeat(63)}.org`, `${"a".repeat(63)}.org`],
  ])("%s is %s to DNS", (text, ascii) => {
    expect(domainOf(text)).toBe(ascii);
  });

  it.each([
    "",
    ".",
    "org",
    "localhost",
    "chat.localhost",
    "LOCALHOST.",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "1.2.3.4.5",
    "[::1]",
    "::1",
    "2130706433",
    "example.org:443",
    "https://example.org",
    "example.org/path",
    "user@example.org",
    "example.org?query",
    "example.org#part",
    "exa mple.org",
    " example.org",
    "example..org",
    ".example.org",
    "-a.example.org",
    "a-.example.org",
    "a_b.example.org",
    "%65xample.org",
    `${"a".repeat(64)}.org`,
    `${"a.".repeat(120)}org`,
  ])("%o is none", (text) => {
    expect(domainOf(text)).toBeUndefined();
  });

  it("is spelled in one way, however it was given", () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.string()), (text) => {
        const domain = domainOf(text);
        if (domain === undefined) return;
        expect(domain).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
        expect(domainOf(domain)).toBe(domain);
        expect(domainOf(domain.toUpperCase())).toBe(domain);
        expect(`rocketchat-tcp-protocol.${domain}`.length).toBeLessThanOrEqual(253);
      }),
    );
  });
});

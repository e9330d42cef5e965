const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const GROUPS = 8;
/** An IPv6 network of one customer is a /64 at least: 4 groups of 16 bits. */
const OF_ONE = 4;

/**
 * What one who attacks can't change at will: of an IPv6 address its /64 network, of which a customer has all addresses
 * (RFC 6177), and an IPv4 address as it is.
 */
export const networkOf = (address: string): string => {
  const [plain = ""] = address.split("%");
  const mapped = MAPPED.exec(plain)?.[1];
  if (mapped !== undefined || !plain.includes(":")) return mapped ?? plain;
  const [head = "", tail] = plain.toLowerCase().split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(GROUPS - before.length - after.length, 0);
  const groups = [...before, ...Array.from({ length: zeros }, () => "0"), ...after];
  return `${groups
    .slice(0, OF_ONE)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
};

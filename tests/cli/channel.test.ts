import { expect, it } from "vitest";
import { labelOf } from "../../cli/commands/channel.ts";

it.each([
  ["webhook", "https://hooks.example.org/services/T024BE7LD/q8Zt1wYxPmVn5Lk", "https://hooks.example.org/…n5Lk"],
  ["webhook", "no address", "no address"],
  ["email", "ops@example.org,boss@example.org", "ops@example.org,boss@example.org"],
  ["sns", "arn:aws:sns:eu-central-1:123456789012:ops", "arn:aws:sns:eu-central-1:123456789012:ops"],
])("names a %s that nobody gave a name after where it goes, and tells nothing secret of it", (kind, where, label) => {
  expect(labelOf(kind, where)).toBe(label);
});

it("keeps within the length of a name", () => {
  expect(labelOf("email", "x".repeat(1_000))).toHaveLength(200);
});

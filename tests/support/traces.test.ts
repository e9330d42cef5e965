import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Traces } from "./traces.ts";

const SECRET = { name: "a secret", text: "tm_aB3/+dE6=gH9jK2" };

it.each([
  ["as it is", (text: string) => `{"key":"${text}"}`],
  ["in hexadecimal", (text: string) => Buffer.from(`x${text}`).toString("hex")],
  ["in a URL", (text: string) => `https://x.test/?key=${encodeURIComponent(text)}`],
  ["compressed", (text: string) => gzipSync(`a lot of ${text}`)],
  ["as base64 in bytes", (text: string) => Buffer.from(Buffer.from(text).toString("base64"))],
])("finds a secret %s", (_how, hidden) => {
  const traces = new Traces();
  traces.add("here", hidden(SECRET.text));
  expect(traces.of([SECRET, { name: "another", text: "tm_nothing-like-it" }])).toEqual(["a secret in here"]);
});

it("finds a secret in the base64 of a longer text, wherever it stands", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 9 }),
      fc.string({ unit: "binary", maxLength: 9 }),
      (before, after) => {
        const traces = new Traces();
        traces.add("here", Buffer.from(`${before}${SECRET.text}${after}`).toString("base64"));
        expect(traces.of([SECRET])).toEqual(["a secret in here"]);
      },
    ),
  );
});

import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pressed, pressedDocument, unpressed } from "../../../functions/adapters/dynamodb/bodies.ts";
import { DOCUMENT_DICTIONARY } from "../../../functions/adapters/dynamodb/document-dictionary.ts";
import { busyHour, samplePublications } from "../../support/samples.ts";

describe("a compressed body", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 4_000 }),
    fc.json().map((text) => Buffer.from(text)),
  );

  it("is read again to the byte, whichever way it was compressed", () => {
    fc.assert(
      fc.property(bytes, (body) => {
        for (const press of [pressed, pressedDocument])
          expect(Buffer.compare(unpressed(press(body)), Buffer.from(body))).toBe(0);
      }),
    );
  });

  it("tells by its first byte which way that was", () => {
    fc.assert(
      fc.property(bytes, (body) => {
        expect(pressed(body)[0]).not.toBe(pressedDocument(body)[0]);
      }),
    );
  });

  it("of a document is less than half of what it was without a dictionary", () => {
    for (const { bytes: document } of samplePublications([undefined, busyHour(50)]).publications)
      expect(pressedDocument(document).length).toBeLessThan(pressed(document).length / 2);
  });

  it("can be read for good: the dictionary never changes", () => {
    expect(createHash("sha256").update(DOCUMENT_DICTIONARY).digest("hex")).toBe(
      "0f3872311283bcaf771507597dbae15cabc088794c4572551fc1ef11c5ad9778",
    );
    const stored = "ESOyVEUqymoB";
    expect(unpressed(Buffer.from(stored, "base64")).toString()).toBe(
      '{"workspace":"acme","kind":"snapshot","revision":0}',
    );
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Failure, type FailureCode } from "../../functions/core/failure.ts";
import { renderFailure } from "../../functions/dialects/v1/failure.ts";
import { PROBLEMS } from "../../functions/dialects/v1/problem-pages.ts";
import { problemOf } from "../../functions/dialects/v1/problems.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { sending, textIn } from "../support/http.ts";

/** What the contract names, and the status of each; null for problems of single events. */
const NAMED: readonly (readonly [slug: string, status: number | null])[] = [
  ["credential-missing", 401],
  ["credential-unknown", 401],
  ["credential-expired", 401],
  ["scope-missing", 403],
  ["batch-mismatch", 422],
  ["event-malformed", null],
  ["event-unknown-type", null],
  ["event-too-old", null],
  ["event-in-future", null],
  ["hour-still-open", 409],
  ["sequence-gap", 409],
  ["import-not-empty", 409],
  ["snapshot-missing", 404],
  ["range-invalid", 400],
  ["too-many-requests", 429],
];

/** Codes whose slug is made from the code itself. */
const CODES = NAMED.filter(([slug, status]) => status !== null && slug !== "too-many-requests").map(
  ([slug]) => slug.replace("-", ".") as FailureCode,
);

let open: OpenParts;
let handler: HttpHandler;
beforeAll(async () => {
  open = await openParts({ now: 0 });
  handler = serveAdmin(open.parts, (line) => {
    throw new Error(JSON.stringify(line));
  });
});
afterAll(() => open.close());

describe("a problem", () => {
  it.each(NAMED)("%s has a page that says what it means and what to do", async (slug, status) => {
    const result = await handler(sending("GET", `/problems/${slug}`));
    const page = textIn(result);

    expect(result).toMatchObject({ statusCode: 200, headers: { "content-type": "text/html; charset=utf-8" } });
    expect(PROBLEMS.get(slug)?.status).toBe(status);
    expect(page).toContain(`<code>${slug}</code>`);
    expect(page).toContain(status === null ? "single events of a batch" : `HTTP status ${status}`);
    expect(page).toContain("What to do:");
  });

  it.each(CODES)("%s is told as problem+json with the members of RFC 9457", (code) => {
    const { slug, status, title } = problemOf(code);
    const rendered = renderFailure(
      new Failure(code, "What is wrong.", { hour: "2026-11-21T09", type: "hidden" }),
      "r1",
    );

    expect(rendered).toMatchObject({ status, headers: { "content-type": "application/problem+json" } });
    expect(JSON.parse(rendered.body)).toEqual({
      type: `/problems/${slug}`,
      title,
      status,
      detail: "What is wrong.",
      instance: "r1",
      hour: "2026-11-21T09",
    });
    expect(slug).toBe(code.replace(".", "-"));
  });

  it.each(["refresh.too-many", "rate.exceeded"] as const)("%s says when to come back", (code) => {
    const { status, headers, body } = renderFailure(new Failure(code, "Slow down.", { retryAfterSeconds: 7 }), "r1");

    expect([status, headers["retry-after"]]).toEqual([429, "7"]);
    expect(JSON.parse(body)).toMatchObject({ type: "/problems/too-many-requests", status: 429 });
  });

  it("has words of its own for everything that can go wrong", () => {
    const told = [...PROBLEMS.values()];

    expect(told.length).toBeGreaterThan(NAMED.length);
    for (const { slug, title, meaning, remedy } of told) {
      expect(slug).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(title).toMatch(/^[A-Z].*[^.]$/);
      for (const words of [meaning, remedy]) expect(words).toMatch(/^[A-Z].*\.$/s);
    }
  });
});

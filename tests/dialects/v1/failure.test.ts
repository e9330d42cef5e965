import { describe, expect, it } from "vitest";
import { Failure, type FailureCode } from "../../../functions/core/failure.ts";
import { renderFailure } from "../../../functions/dialects/v1/failure.ts";
import { problemPage, PROBLEMS } from "../../../functions/dialects/v1/problem-pages.ts";

const told = (code: FailureCode, details: Record<string, unknown> = {}) =>
  renderFailure(new Failure(code, "Why.", details), "request-1");

describe("a problem", () => {
  it("is told as RFC 9457 has it, with what the failure adds", () => {
    expect(told("sequence.gap", { source: "chat-1", expected: 5 })).toEqual({
      status: 409,
      headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
      body: '{"type":"/problems/sequence-gap","title":"Sequence gap","status":409,"detail":"Why.","instance":"request-1","source":"chat-1","expected":5}',
    });
  });

  it.each([
    ["batch.malformed", 400, "batch-malformed"],
    ["batch.mismatch", 422, "batch-mismatch"],
    ["batch.too-large", 413, "batch-too-large"],
    ["batch.busy", 503, "batch-busy"],
    ["body.malformed", 400, "body-malformed"],
    ["body.too-large", 413, "body-too-large"],
    ["body.unsupported-type", 415, "body-unsupported-type"],
    ["body.unsupported-encoding", 415, "body-unsupported-encoding"],
    ["credential.missing", 401, "credential-missing"],
    ["credential.unknown", 401, "credential-unknown"],
    ["credential.expired", 401, "credential-expired"],
    ["scope.missing", 403, "scope-missing"],
    ["hour.still-open", 409, "hour-still-open"],
    ["import.not-empty", 409, "import-not-empty"],
    ["import.missing", 404, "import-missing"],
    ["snapshot.missing", 404, "snapshot-missing"],
    ["reporter.missing", 404, "reporter-missing"],
    ["range.invalid", 400, "range-invalid"],
    ["parameter.invalid", 400, "parameter-invalid"],
    ["refresh.too-many", 429, "too-many-requests"],
    ["route.unknown", 404, "route-unknown"],
    ["route.method-not-allowed", 405, "route-method-not-allowed"],
    ["store.busy", 503, "store-busy"],
    ["workspace.not-chosen", 400, "workspace-not-chosen"],
    ["workspace.exists", 409, "workspace-exists"],
    ["workspace.missing", 404, "workspace-missing"],
  ] as const)("%s is a %i by the name of %s, and has a page", (code, status, slug) => {
    const rendered = told(code);

    expect(rendered.status).toBe(status);
    expect(JSON.parse(rendered.body)).toMatchObject({ type: `/problems/${slug}`, status });
    expect(PROBLEMS.get(slug)?.status).toBe(status);
  });

  it("asks for a key on 401, and says when to come back", () => {
    expect(told("credential.expired").headers["www-authenticate"]).toBe("Bearer");
    expect(told("refresh.too-many", { retryAfterSeconds: 30 }).headers["retry-after"]).toBe("30");
    expect(told("store.busy").headers["retry-after"]).toBe("1");
    expect(told("scope.missing").headers).not.toHaveProperty("www-authenticate");
  });

  it("keeps its own members whatever a failure adds", () => {
    expect(JSON.parse(told("range.invalid", { status: 1, type: "x", limitHours: 9 }).body)).toEqual({
      type: "/problems/range-invalid",
      title: "Invalid range",
      status: 400,
      detail: "Why.",
      instance: "request-1",
      limitHours: 9,
    });
  });

  it("tells nothing of a crash but the request's id", () => {
    expect(renderFailure(undefined, "request-1")).toEqual({
      status: 500,
      headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
      body: '{"type":"/problems/internal-error","title":"Internal error","status":500,"detail":"Something failed on our side. Try again; if it stays, give us the request id, which names it in our log.","instance":"request-1"}',
    });
  });

  it.each([...PROBLEMS.values()])("$slug has a page that says what to do", (problem) => {
    const page = problemPage(problem);

    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain(`<h1>${problem.title}</h1>`);
    expect(page).toContain("What to do:");
    expect(page).not.toMatch(/<script|<style|undefined|null/);
  });

  it("escapes what a page shows", () => {
    const page = problemPage({ slug: "a", status: null, title: '<b>&"', meaning: "", remedy: "" });

    expect(page).toContain("<h1>&lt;b&gt;&amp;&quot;</h1>");
  });
});

import { describe, expect, it } from "vitest";
import { assertDescribed, type Heard, Witness } from "./described.ts";
import { sending } from "./http.ts";

const JSON_TYPE = "application/json";
const PROBLEM = "application/problem+json";

const heard = (method: string, path: string, status: number, body: unknown, contentType = JSON_TYPE): Heard => ({
  method,
  path,
  status,
  contentType,
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const problem = (slug: string, status: number): object => ({
  type: `/problems/${slug}`,
  title: "Title",
  status,
  detail: "What is wrong.",
  instance: "request-1",
});

describe("an answer held against the description of the API", () => {
  it.each([
    heard("GET", "/healthz", 200, { status: "ok" }),
    heard("HEAD", "/healthz", 200, ""),
    heard("GET", "/v1/reporters/a/b", 404, problem("reporter-missing", 404), PROBLEM),
    heard("GET", "/v1/statistics", 304, ""),
    heard("POST", "/v1/imports", 201, { id: "i" }),
    heard("DELETE", "/v1/imports/i", 204, ""),
    heard("GET", "/v1/nothing", 404, problem("route-unknown", 404), PROBLEM),
    heard("POST", "/healthz", 405, problem("route-method-not-allowed", 405), PROBLEM),
    heard("GET", "/api/v1/nothing", 404, { success: false, error: "no", status: "error", message: "no" }),
    heard("GET", "/admin/connection-count", 200, { RC: 0, RM: "OK", result: { connectionCount: null } }),
  ])("is as described: $method $path $status", (one) => {
    expect(() => assertDescribed(one)).not.toThrow();
  });

  it.each([
    ["a status that is not described", heard("GET", "/healthz", 418, {}), "described are 200"],
    ["a type that is not described", heard("GET", "/healthz", 200, "ok", "text/plain"), `described are ${JSON_TYPE}`],
    ["a field that is not described", heard("GET", "/healthz", 200, { status: "ok", more: 1 }), '"more"'],
    ["a value of another kind", heard("POST", "/v1/imports", 201, { id: 7 }), "/id must be string"],
    ["a field that is missing", heard("POST", "/v1/imports", 201, {}), "must have required property 'id'"],
    ["a body where none is described", heard("DELETE", "/v1/imports/i", 204, "gone"), "no body is described"],
    ["an unknown path that was found", heard("GET", "/v1/nothing", 200, {}), "where 404 was due"],
    ["an unknown path in other words", heard("GET", "/v1/nothing", 404, {}, PROBLEM), "is no Problem"],
    ["a path of nobody", heard("GET", "/elsewhere", 200, {}), "belongs to no dialect"],
  ])("is not, with %s", (_what, one, complaint) => {
    expect(() => assertDescribed(one)).toThrow(complaint);
  });

  it("is remembered by a witness, and told once at the end", () => {
    const witness = new Witness();
    for (const _ of [1, 2]) witness.watch(sending("GET", "/healthz"), { statusCode: 418, headers: {}, body: "{}" });

    expect(() => witness.settle()).toThrow(/^Answers .*\n\nGET \/healthz was answered by 418[^\n]*\n\{\}$/);
    expect(() => witness.settle()).not.toThrow();
  });
});

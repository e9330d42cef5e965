import { describe, expect, it } from "vitest";
import { matchRoute, type Route } from "../../functions/edge/route.ts";

const route = (method: string, path: string, operation: string): Route => ({ method, path, operation, scope: null });
const ROUTES = [
  route("GET", "/v1/hours", "list"),
  route("GET", "/v1/hours/{hour}", "read"),
  route("POST", "/v1/hours/{hour}", "change"),
  route("GET", "/v1/hours/{hour}/bytes", "bytes"),
  route("GET", "/v1/reporters/{source+}", "reporter"),
];
const matched = (method: string, path: string) => {
  const { route: found, path: parameters } = matchRoute(ROUTES, method, path);
  return [found.operation, { ...parameters }];
};

describe("the router", () => {
  it.each([
    ["GET", "/v1/hours", ["list", {}]],
    ["HEAD", "/v1/hours", ["list", {}]],
    ["GET", "/v1/hours/2026-11-21T09", ["read", { hour: "2026-11-21T09" }]],
    ["POST", "/v1/hours/x", ["change", { hour: "x" }]],
    ["GET", "/v1/hours/x/bytes", ["bytes", { hour: "x" }]],
    ["GET", "/v1/hours/a%20b%2Fc", ["read", { hour: "a b/c" }]],
    ["GET", "/v1/reporters/https://chat.example/1", ["reporter", { source: "https://chat.example/1" }]],
    ["GET", "/v1/reporters/https%3A%2F%2Fchat.example%2F1", ["reporter", { source: "https://chat.example/1" }]],
    ["GET", "/v1/hours/100%", ["read", { hour: "100%" }]],
    ["GET", "/v1/hours/%ff", ["read", { hour: "%ff" }]],
    ["GET", "/v1/hours/__proto__", ["read", { hour: "__proto__" }]],
  ])("takes %s %s", (method, path, expected) => {
    expect(matched(method, path)).toEqual(expected);
  });

  it.each([
    "/",
    "",
    "/v1",
    "/v1/hours/",
    "/v1//hours",
    "/v2/hours",
    "/v1/hours/x/bytes/y",
    "/v1/reporters/",
    "/V1/hours",
  ])("knows nothing at %j", (path) => {
    expect(() => matchRoute(ROUTES, "GET", path)).toThrow(expect.objectContaining({ code: "route.unknown" }));
  });

  it.each([
    ["DELETE", "/v1/hours", ["GET", "HEAD"]],
    ["PUT", "/v1/hours/x", ["GET", "HEAD", "POST"]],
    ["get", "/v1/hours", ["GET", "HEAD"]],
    ["OPTIONS", "/v1/hours", ["GET", "HEAD"]],
  ])("refuses %s %s, and says what is allowed", (method, path, allow) => {
    expect(() => matchRoute(ROUTES, method, path)).toThrow(
      expect.objectContaining({ code: "route.method-not-allowed", details: { allow } }),
    );
  });
});

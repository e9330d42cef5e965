import { describe, expect, it } from "vitest";
import { Failure, type FailureCode } from "../../../functions/core/failure.ts";
import {
  codedRefusal,
  invalidBody,
  invalidJson,
  invalidQuery,
  plainRefusal,
} from "../../../functions/dialects/rocketchat/refusal.ts";
import { renderFailure } from "../../../functions/dialects/rocketchat/failure.ts";

const JSON_ONLY = { "content-type": "application/json" };
const told = (code: FailureCode, details = {}) => renderFailure(new Failure(code, "Why.", details));
const NOT_LOGGED_IN =
  '{"success":false,"error":"You must be logged in to do this.","status":"error","message":"You must be logged in to do this."}';

describe("a failure in Rocket.Chat's words", () => {
  it.each(["credential.missing", "credential.unknown", "credential.expired", "workspace.missing"] as const)(
    "is the same for every token that does not do (%s)",
    (code) => {
      expect(told(code)).toEqual({ status: 401, headers: JSON_ONLY, body: NOT_LOGGED_IN });
    },
  );

  it.each([
    [
      "scope.missing",
      403,
      '{"success":false,"error":"User does not have the permissions required for this action [error-unauthorized]"}',
    ],
    [
      "route.unknown",
      404,
      '{"success":false,"error":"API endpoint does not exist.","status":"error","message":"API endpoint does not exist."}',
    ],
    [
      "route.method-not-allowed",
      405,
      '{"success":false,"error":"Method not allowed.","status":"error","message":"Method not allowed."}',
    ],
    [
      "parameter.invalid",
      400,
      '{"success":false,"error":"Why. [error-invalid-params]","errorType":"error-invalid-params"}',
    ],
    [
      "body.too-large",
      413,
      '{"success":false,"error":"Why. [error-body-too-large]","errorType":"error-body-too-large"}',
    ],
    [
      "body.unsupported-type",
      415,
      '{"success":false,"error":"Why. [error-unsupported-type]","errorType":"error-unsupported-type"}',
    ],
  ] as const)("says %s to the letter", (code, status, body) => {
    expect(told(code)).toEqual({ status, headers: JSON_ONLY, body });
  });

  it.each(["/api/v1/statistics", "/api/v1/statistics.list"])(
    "answers a missing permission at %s as upstream",
    (path) => {
      expect(told("scope.missing", { scope: "view-statistics", path })).toEqual({
        status: 400,
        headers: JSON_ONLY,
        body: '{"success":false,"error":"error-not-allowed"}',
      });
    },
  );

  it.each([
    [
      invalidJson("sort", '{"a":'),
      '{"success":false,"error":"Invalid sort parameter provided: \\"{\\"a\\":\\" [error-invalid-sort]","errorType":"error-invalid-sort","details":{"helperMethod":"parseJsonQuery"}}',
    ],
    [
      codedRefusal("Not so", "error-not-so"),
      '{"success":false,"error":"Not so [error-not-so]","errorType":"error-not-so"}',
    ],
    [invalidQuery("must be number"), '{"success":false,"errorType":"error-invalid-params","error":"must be number"}'],
    [
      invalidBody("must have required property 'params'"),
      '{"success":false,"errorType":"invalid-params","error":"must have required property \'params\'"}',
    ],
    [plainRefusal("event not found"), '{"success":false,"error":"event not found"}'],
  ])("gives what this dialect refuses back as it is worded", (failure, body) => {
    expect(renderFailure(failure)).toEqual({ status: 400, headers: JSON_ONLY, body });
  });

  it("says how many calls there are, and until when", () => {
    expect(told("rate.exceeded", { retryAfterSeconds: 40, limit: 10, resetAt: 1_795_253_460_000 })).toEqual({
      status: 429,
      headers: {
        ...JSON_ONLY,
        "retry-after": "40",
        "x-ratelimit-limit": "10",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "1795253460000",
      },
      body: '{"success":false,"error":"Error, too many requests. Please slow down. You must wait 40 seconds before trying this endpoint again. [error-too-many-requests]"}',
    });
  });

  it("says how long to wait", () => {
    expect(told("refresh.too-many", { retryAfterSeconds: 30 })).toEqual({
      status: 429,
      headers: { ...JSON_ONLY, "retry-after": "30" },
      body: '{"success":false,"error":"Error, too many requests. Please slow down. You must wait 30 seconds before trying this endpoint again. [error-too-many-requests]"}',
    });
    expect(told("store.busy")).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  });

  it.each([undefined, new Failure("batch.mismatch", "Inside.")])("tells nothing of a crash", (failure) => {
    expect(renderFailure(failure)).toEqual({
      status: 500,
      headers: JSON_ONLY,
      body: '{"success":false,"error":"Internal server error"}',
    });
  });
});

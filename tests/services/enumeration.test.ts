import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hashOf } from "../../functions/core/credential.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import { issueCredential } from "../../functions/tasks/issue-credential.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { frontDoor } from "../support/front-door.ts";
import { sending, textIn } from "../support/http.ts";
import { instead } from "../support/instead.ts";
import { withoutScrypt } from "../support/scene.ts";

const NOW = Date.parse("2026-11-21T09:30:20.500Z");
const UNKNOWN = `tm_${"x".repeat(43)}`;

let open: OpenParts;
let door: HttpHandler;
let credentials: FirstCredentials;
let revoked: Record<"key" | "token" | "imkit" | "push" | "webhook", string>;
/** Every port call and comparison that a request came to, in order. */
const work: string[] = [];
const asked: string[] = [];

/** The parts, telling what is done with them. */
const told = (parts: Parts): Parts => ({
  ...parts,
  isPassword: (...what) => {
    work.push("compare");
    return parts.isPassword(...what);
  },
  accounts: instead(parts.accounts, {
    findByName: (name) => {
      work.push("find the name");
      return parts.accounts.findByName(name);
    },
  }),
  calls: instead(parts.calls, {
    count: (...what) => {
      work.push("count");
      return parts.calls.count(...what);
    },
    discount: (...what) => {
      work.push("take back");
      return parts.calls.discount(...what);
    },
  }),
  credentials: instead(parts.credentials, {
    find: (hash) => {
      asked.push(hash);
      return parts.credentials.find(hash);
    },
  }),
});

beforeAll(async () => {
  open = await openParts({ now: NOW });
  const parts = told(withoutScrypt(open.parts));
  door = frontDoor(parts, (line) => {
    throw new Error(JSON.stringify(line));
  });
  ({ credentials } = await createWorkspace(parts)({ id: "acme", name: "Acme", username: "admin" }));
  const ended = async (kind: keyof typeof revoked): Promise<string> => {
    const { credential, secret } = await issueCredential(parts)({
      workspace: "acme",
      kind,
      scopes: [],
      label: "ended",
      userId: kind === "token" ? credentials.rocketchat.userId : null,
    });
    await parts.credentials.revoke(credential.hash, NOW - 1);
    return secret;
  };
  revoked = {
    key: await ended("key"),
    token: await ended("token"),
    imkit: await ended("imkit"),
    push: await ended("push"),
    webhook: await ended("webhook"),
  };
});
afterAll(() => open.close());
beforeEach(() => {
  work.length = 0;
  asked.length = 0;
});

const answered = async (
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Promise<string> => {
  const result = await door(
    sending(method, target, {
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  return `${result.statusCode} ${JSON.stringify(result.headers)} ${textIn(result)}`;
};

describe("somebody who guesses", () => {
  it("can't tell a wrong password from a name that nobody has, nor from one that has no password", async () => {
    const tries: [string, string[]][] = [];
    for (const user of ["admin", "nobody-of-this-name", "viewer-acme"]) {
      work.length = 0;
      tries.push([await answered("POST", "/api/v1/login", {}, { user, password: "wrong" }), [...work]]);
    }
    const [first, ...others] = tries;

    expect(first?.[0]).toMatch(/^401 /);
    expect(first?.[1]).toEqual(["count", "count", "find the name", "compare"]);
    // The same status, headers, text and work, scrypt included.
    for (const other of others) expect(other).toEqual(first);
  });

  it("is locked out of a name that nobody has like out of any other", async () => {
    const locked = async (user: string): Promise<string> => {
      let last = "";
      for (let guess = 0; guess < 6; guess++)
        last = await answered("POST", "/api/v1/login", {}, { user, password: "wrong" });
      return last;
    };
    const known = await locked("admin");

    expect(known).toMatch(/^429 /);
    expect(await locked("another-name-of-nobody")).toBe(known);
  });

  it.each([
    ["a key", "GET", "/v1/statistics", (secret: string) => ({ authorization: `Bearer ${secret}` }), () => revoked.key],
    ["a key", "GET", "/v1/statistics", (secret: string) => ({ "x-api-key": secret }), () => revoked.key],
    [
      "a user's token",
      "GET",
      "/api/v1/me",
      (secret: string) => ({ "x-auth-token": secret, "x-user-id": credentials.rocketchat.userId }),
      () => revoked.token,
    ],
    ["an IMKit key", "GET", "/admin/stats", (secret: string) => ({ "im-api-key": secret }), () => revoked.imkit],
  ] as const)(
    "can't tell %s that has ended from one that never was: %s %s",
    async (_what, method, path, shown, ended) => {
      const refused = await answered(method, path, shown(ended()));

      expect(refused).toMatch(/^401 /);
      expect(await answered(method, path, shown(UNKNOWN))).toBe(refused);
    },
  );

  it("can't tell so either where the secret is in the path or in the body", async () => {
    const push = await answered("POST", `/ingest/imkit/${revoked.push}`, {}, {});
    const hook = await answered("POST", "/ingest/rocketchat", {}, { token: revoked.webhook });

    expect([push, hook]).toEqual([expect.stringMatching(/^401 /), expect.stringMatching(/^401 /)]);
    expect(await answered("POST", `/ingest/imkit/${UNKNOWN}`, {}, {})).toBe(push);
    expect(await answered("POST", "/ingest/rocketchat", {}, { token: UNKNOWN })).toBe(hook);
    // Another kind of secret is as good as unknown.
    expect(await answered("POST", "/ingest/rocketchat", {}, { token: credentials.apiKey })).toBe(hook);
  });

  it("learns nothing from how long a secret is compared: it is looked up by its hash, and never compared", async () => {
    await answered("GET", "/v1/statistics", { authorization: `Bearer ${UNKNOWN}` });
    await answered("GET", "/v1/statistics", { authorization: `Bearer ${UNKNOWN.slice(0, -1)}y` });

    expect(asked).toEqual([hashOf(UNKNOWN), hashOf(`${UNKNOWN.slice(0, -1)}y`)]);
  });
});

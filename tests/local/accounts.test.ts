import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "../../functions/core/password.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const FORM = "application/x-www-form-urlencoded";

interface LoggedIn {
  readonly userId: string;
  readonly authToken: string;
}

describe("accounts, over real HTTP", () => {
  let runtime: DrillRuntime;
  beforeAll(async () => {
    runtime = await startDrill("2026-03-04T10:20:00Z");
  });
  afterAll(() => runtime.remove());

  const login = (body: string, type: string): Promise<Response> =>
    fetch(`${runtime.baseUrl}/api/v1/login`, { method: "POST", headers: { "content-type": type }, body });
  const loginWith = (password: unknown): Promise<Response> =>
    login(JSON.stringify({ user: runtime.credentials.rocketchat.username, password }), "application/json");
  const loggedIn = async (response: Response): Promise<LoggedIn> => {
    expect(response.status).toBe(200);
    return ((await response.json()) as { data: LoggedIn }).data;
  };
  const as = ({ userId, authToken }: LoggedIn, path: string, method = "GET"): Promise<Response> =>
    fetch(`${runtime.baseUrl}/api/v1/${path}`, {
      method,
      headers: { "X-Auth-Token": authToken, "X-User-Id": userId },
    });

  it("logs in with what credentials.json says, in each form, and is out after logging out", async () => {
    const file = JSON.parse(await readFile(join(runtime.dataFolder, "credentials.json"), "utf8")) as {
      rocketchat: { username: string; password: string };
    };
    const { username, password } = file.rocketchat;
    expect(username).toBe("admin");
    for (const response of [
      await loginWith(password),
      await login(new URLSearchParams({ user: username, password }).toString(), FORM),
      await loginWith({ digest: digestOf(password), algorithm: "sha-256" }),
    ]) {
      const session = await loggedIn(response);
      expect((await as(session, "statistics")).status).toBe(200);
      const out = await as(session, "logout", "POST");
      expect([out.status, await out.text()]).toEqual([
        200,
        `{"status":"success","data":{"message":"You've been logged out!"}}`,
      ]);
      expect((await as(session, "statistics")).status).toBe(401);
    }
  });

  it("lets a user that an administrator made in, until the administrator removes it", async () => {
    const admin = (method: string, path: string, body?: object): Promise<Response> =>
      fetch(`${runtime.baseUrl}/v1/${path}`, {
        method,
        headers: { "x-api-key": runtime.credentials.apiKey, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const made = await admin("POST", "users", { username: "ann" });
    const { id, password } = (await made.json()) as { id: string; password: string };
    const session = await loggedIn(await login(JSON.stringify({ user: "ann", password }), "application/json"));
    expect((await as(session, "statistics")).status).toBe(200);
    expect((await admin("DELETE", `users/${id}`)).status).toBe(204);
    expect((await as(session, "statistics")).status).toBe(401);
  });
});

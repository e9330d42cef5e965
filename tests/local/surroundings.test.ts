import { afterEach, describe, expect, it, vi } from "vitest";
import { readSurroundings } from "../../local/surroundings.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const withIssuer = (issuer: string | undefined, audience: string | undefined) => {
  vi.stubEnv("TIDEMARK_OIDC_ISSUER", issuer);
  vi.stubEnv("TIDEMARK_OIDC_AUDIENCE", audience);
  return readSurroundings;
};

describe("the surroundings of a laptop", () => {
  it("name an issuer of tokens and its audience, or neither; an empty variable is not set", () => {
    expect(withIssuer("http://127.0.0.1:3001", "tidemark")().oidc).toEqual({
      issuer: "http://127.0.0.1:3001",
      audience: "tidemark",
    });
    expect(withIssuer(undefined, undefined)().oidc).toBeUndefined();
    expect(withIssuer("", "")().oidc).toBeUndefined();
  });

  it.each([
    ["https://login.example.test", undefined, "belong together"],
    [undefined, "tidemark", "belong together"],
    ["http://login.example.test", "tidemark", "must be an https address"],
    ["login.example.test", "tidemark", "must be an https address"],
  ])("are wrong with the issuer %s and the audience %s", (issuer, audience, complaint) => {
    expect(withIssuer(issuer, audience)).toThrow(complaint);
  });
});

import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { ENV } from "../../functions/contract.ts";
import type { TrustedIssuer } from "../../infra/options.ts";
import { StatisticsApi } from "../../infra/statistics-api.ts";
import { groundOf } from "./deployment.ts";

const OIDC: TrustedIssuer = { issuer: "https://login.example.test", audience: "tidemark" };

/** What each function is told of the issuer, by its description. */
const toldWith = (oidc?: TrustedIssuer): Record<string, unknown> => {
  const { stack, ...ground } = groundOf();
  new StatisticsApi(stack, "Statistics", { ...ground, oidc });
  const functions = Template.fromStack(stack).findResources("AWS::Lambda::Function");
  return Object.fromEntries(
    Object.values(functions).map((resource) => {
      const { Description, Environment } = (
        resource as {
          readonly Properties: {
            readonly Description: string;
            readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
          };
        }
      ).Properties;
      return [Description, [Environment.Variables[ENV.oidcIssuer], Environment.Variables[ENV.oidcAudience]]];
    }),
  );
};

describe("an issuer of tokens", () => {
  it("is told to the functions of our own dialect alone", () => {
    expect(toldWith(OIDC)).toEqual({
      "Tidemark's own dialect": [OIDC.issuer, OIDC.audience],
      "What Tidemark's own dialect is administered with": [OIDC.issuer, OIDC.audience],
      "The Rocket.Chat dialect": [undefined, undefined],
      "The IMKit dialect": [undefined, undefined],
    });
  });

  it("is nobody's without one", () => {
    expect(Object.values(toldWith()).flat()).toEqual(Array.from({ length: 8 }));
  });
});

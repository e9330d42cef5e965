import { BaseResolver, createConfig, lintFromString } from "@redocly/openapi-core";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import type { DescribedRoute } from "../../functions/core/description.ts";
import { apiDescription, DIALECTS } from "../../functions/services/api-description.ts";
import { undescribed } from "../../functions/services/describe-api.ts";

const BASE = "https://statistics.chat.test";
const DOCUMENT = apiDescription(BASE);

/** A linter that looks something up elsewhere would hang on somebody's network. */
class NoNetwork extends BaseResolver {
  override loadExternalRef(absoluteRef: string): Promise<never> {
    throw new Error(`${absoluteRef} is elsewhere`);
  }
}

const operations = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

describe("the description of the API", () => {
  it("has every operation of every dialect", () => {
    expect(DIALECTS.flatMap((dialect) => undescribed(dialect))).toEqual([]);
  });

  it("describes no route that is not there", () => {
    for (const { routes, operations: told } of DIALECTS) {
      const names = new Set(routes.map(({ method, path }) => `${method} ${path}`));
      expect(Object.keys(told).filter((name) => !names.has(name))).toEqual([]);
    }
  });

  it("is a valid OpenAPI 3.1 document", async () => {
    const { valid, errors } = await new Validator().validate({ ...structuredClone(DOCUMENT) });
    expect([valid, errors]).toEqual([true, undefined]);
  });

  it("has no finding of the recommended rules", async () => {
    const config = await createConfig({ extends: ["recommended"] });
    const found = await lintFromString({
      source: JSON.stringify(DOCUMENT),
      config,
      externalRefResolver: new NoNetwork(),
    });
    expect(
      found.map(({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer ?? "?"}`),
    ).toEqual([]);
  });

  it("would be told of by the linter if it were worse", async () => {
    const [path = ""] = Object.keys(DOCUMENT.paths);
    const worse = { ...DOCUMENT, servers: [], paths: { ...DOCUMENT.paths, [path]: { get: { responses: {} } } } };
    const config = await createConfig({ extends: ["recommended"] });
    const found = await lintFromString({ source: JSON.stringify(worse), config, externalRefResolver: new NoNetwork() });

    expect(found.map(({ ruleId }) => ruleId)).toEqual(
      expect.arrayContaining(["no-empty-servers", "operation-summary", "operation-operationId", "security-defined"]),
    );
    expect((await new Validator().validate({ ...structuredClone(DOCUMENT), info: {} })).valid).toBe(false);
  });

  it("takes exactly the types of bodies that its routes take", () => {
    const taken = DIALECTS.flatMap(({ routes, operations: told }) =>
      routes.map(({ method, path, accepts = [] }: DescribedRoute) => {
        const name = `${method} ${path}`;
        return { name, accepts: [...accepts], described: Object.keys(told[name]?.body ?? {}) };
      }),
    );

    for (const { name, accepts, described } of taken)
      expect({ name, takes: described }).toEqual({ name, takes: accepts });
  });

  it.each(operations)("has words and examples for $name", ({ operation }) => {
    expect(operation.summary).toMatch(/^[A-Z].{4,60}[^.]$/);
    expect(operation.description).toMatch(/\.$/);
    const bodies = [operation.requestBody, ...Object.values(operation.responses)];
    for (const { examples } of bodies.flatMap((body) => Object.values(body?.content ?? {})))
      expect(Object.keys(examples)).not.toEqual([]);
  });

  it.each(operations)("says for $name what a failure looks like", ({ operation }) => {
    const failures = Object.keys(operation.responses).filter((status) => Number(status) >= 400);
    expect(failures).toEqual(expect.arrayContaining(operation.security.length === 0 ? ["500"] : ["401", "500", "503"]));
  });

  it("says where it was asked at", () => {
    expect(DOCUMENT.servers.map(({ url }) => url)).toEqual([BASE]);
    expect(apiDescription(null).servers.map(({ url }) => url)).toEqual(["/"]);
  });
});

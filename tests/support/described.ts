import ajvModule from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { DescribedDialect } from "../../functions/core/description.ts";
import { Failure } from "../../functions/core/failure.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { matchRoute } from "../../functions/edge/route.ts";
import { apiDescription, DIALECTS } from "../../functions/services/api-description.ts";
import { pathOf } from "../../functions/services/describe-api.ts";
import { textIn } from "./http.ts";

/** An answer as its caller got it; `body` is decoded. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: string;
}

const NAME = "api";
const BASE = "https://statistics.chat.test";

/**
 * The document with every object closed: answers may grow for those who read them, but here a field that nobody has
 * described is a mistake.
 */
const sealed = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(sealed);
  if (typeof node !== "object" || node === null) return node;
  const inner = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, sealed(value)]));
  const isObject = inner["type"] === "object" && "properties" in inner && !("additionalProperties" in inner);
  return isObject ? { ...inner, additionalProperties: false } : inner;
};

const description = apiDescription(BASE);
const ajv = new ajvModule.Ajv2020({ strict: false, allErrors: true, validateSchema: false });
ajvFormats.default(ajv);
ajv.addSchema(sealed(description) as object, NAME, undefined, false);

const pointer = (...parts: readonly string[]): string =>
  parts.map((part) => `/${encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("");

/** Made once each: thousands of answers are held against the same few. */
const validators = new Map<string, ReturnType<typeof ajv.compile>>();

const validatorOf = (at: string): ReturnType<typeof ajv.compile> => {
  const validate = validators.get(at) ?? ajv.compile({ $ref: `${NAME}#${at}` });
  validators.set(at, validate);
  return validate;
};

const errorsOf = (value: unknown, ...parts: readonly string[]): string[] => {
  const validate = validatorOf(pointer(...parts));
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || "the body"} ${message ?? ""} ${JSON.stringify(params)}`,
  );
};

const isUnder = (path: string, { routes }: DescribedDialect): boolean =>
  routes.some((route) => path.split("/")[1] === route.path.split("/")[1]);

const isUnderAny = (path: string): boolean => DIALECTS.some((dialect) => isUnder(path, dialect));

/** How many leading segments of a path a dialect has a route of. */
const shared = (path: string, { routes }: DescribedDialect): number => {
  const given = path.split("/");
  return Math.max(
    ...routes.map((route) => {
      const at = route.path.split("/").findIndex((segment, index) => segment !== given[index]);
      return at === -1 ? route.path.split("/").length : at;
    }),
  );
};

/** Two dialects share `/ingest`, so the first segment does not tell. */
const nearest = (path: string): DescribedDialect | undefined =>
  [...DIALECTS].toSorted((a, b) => shared(path, b) - shared(path, a))[0];

const isJson = (mediaType: string): boolean => /[/+]json$/.test(mediaType);
const SHOWN = 600;

const complaint = (heard: Heard, what: string): Error =>
  new Error(
    `${heard.method} ${heard.path} was answered by ${heard.status} (${heard.contentType ?? "no type"}), ${what}\n${heard.body.slice(0, SHOWN)}`,
  );

/** Where a path is unknown, or takes another method: no operation's answer, but the dialect's words all the same. */
const assertRefusal = (heard: Heard, status: number): void => {
  const dialect = isUnderAny(heard.path) ? nearest(heard.path) : undefined;
  if (dialect === undefined) throw complaint(heard, "at a path that belongs to no dialect.");
  if (heard.status !== status) throw complaint(heard, `where ${status} was due: no operation is described there.`);
  if (heard.method === "HEAD") return;
  const errors = errorsOf(JSON.parse(heard.body), "components", "schemas", dialect.failureSchema);
  if (errors.length > 0) throw complaint(heard, `which is no ${dialect.failureSchema}: ${errors.join("; ")}`);
};

const ROUTES = DIALECTS.flatMap(({ routes }) => routes);

/** An answer that the front door gives before any dialect hears of the request. */
const isOfFrontDoor = ({ status, body }: Heard): boolean => status >= 400 && /^\{"message":"[^"]*"\}$/.test(body);

/**
 * Holds an answer against the description of the API.
 * @throws Error that names the operation and what is wrong, when its status, its type or its body is not as described.
 */
export const assertDescribed = (heard: Heard): void => {
  const { method, path, status, body } = heard;
  let matched: ReturnType<typeof matchRoute>;
  try {
    matched = matchRoute(ROUTES, method, path);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    assertRefusal(heard, error.code === "route.unknown" ? 404 : 405);
    return;
  }
  const verb = matched.route.method.toLowerCase();
  const operation = description.paths[pathOf(matched.route)]?.[verb];
  if (operation === undefined) throw complaint(heard, "but the operation is not described.");
  const answer = operation.responses[status];
  if (answer === undefined) throw complaint(heard, `but described are ${Object.keys(operation.responses).join(", ")}.`);
  if (method === "HEAD") return;
  if (answer.content === undefined) {
    if (body !== "") throw complaint(heard, "but no body is described.");
    return;
  }
  const mediaType = (heard.contentType ?? "").split(";", 1)[0]?.trim() ?? "";
  if (answer.content[mediaType] === undefined)
    throw complaint(heard, `but described are ${Object.keys(answer.content).join(", ")}.`);
  const at = ["paths", pathOf(matched.route), verb, "responses", String(status), "content", mediaType, "schema"];
  const errors = errorsOf(isJson(mediaType) ? JSON.parse(body) : body, ...at);
  if (errors.length > 0) throw complaint(heard, `which is not as described:\n${errors.join("\n")}`);
};

const heardOf = (event: APIGatewayProxyEventV2, result: APIGatewayProxyStructuredResultV2): Heard => ({
  method: event.requestContext.http.method,
  path: event.rawPath,
  status: result.statusCode ?? 200,
  contentType: result.headers?.["content-type"]?.toString(),
  body: textIn(result),
});

/** What was answered in a way that nobody described. */
export class Witness {
  readonly #complaints: Error[] = [];

  /** Remembers rather than throws: what throws here would become an answer. */
  readonly watch = (event: APIGatewayProxyEventV2, result: APIGatewayProxyStructuredResultV2): void => {
    try {
      assertDescribed(heardOf(event, result));
    } catch (error) {
      this.#complaints.push(error as Error);
    }
  };

  /** @throws Error that lists them, each kind once. */
  settle(): void {
    const told = [...new Set(this.#complaints.splice(0).map(({ message }) => message))];
    if (told.length > 0)
      throw new Error(`Answers that the description of the API does not know:\n\n${told.join("\n\n")}`);
  }
}

/** A handler whose every answer is held against the description, there and then. */
export const described =
  (handler: HttpHandler): HttpHandler =>
  async (event, context) => {
    const result = await handler(event, context);
    assertDescribed(heardOf(event, result));
    return result;
  };

/** The same, where a front door answers itself for paths that belong to no dialect. */
export const describedBehindDoor =
  (handler: HttpHandler): HttpHandler =>
  async (event, context) => {
    const result = await handler(event, context);
    const heard = heardOf(event, result);
    if (!isOfFrontDoor(heard)) assertDescribed(heard);
    return result;
  };

/** `fetch` for a server in another process: answers under a dialect's paths are held against the description. */
export const describedFetch =
  (plain: typeof fetch, isOurs: (url: URL) => boolean): typeof fetch =>
  async (input, init) => {
    const response = await plain(input, init);
    const url = new URL(response.url);
    if (!isOurs(url) || !isUnderAny(url.pathname)) return response;
    const heard: Heard = {
      method: (init?.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase(),
      path: url.pathname,
      status: response.status,
      contentType: response.headers.get("content-type") ?? undefined,
      body: await response.clone().text(),
    };
    if (!isOfFrontDoor(heard)) assertDescribed(heard);
    return response;
  };

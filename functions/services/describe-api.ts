import type {
  DescribedAnswer,
  DescribedBody,
  DescribedDialect,
  DescribedOperation,
  DescribedParameter,
  DescribedRoute,
} from "../core/description.ts";
import type { FailureCode } from "../core/failure.ts";
import { named, object, type Schema, text } from "../core/json-schema.ts";
import type { ApiDescription, PathAnswer, PathContent, PathOperation, PathParameter } from "./path-description.ts";

/** A route's path as OpenAPI writes it: a parameter that takes the whole rest is a parameter like any other there. */
export const pathOf = ({ path }: Pick<DescribedRoute, "path">): string => path.replaceAll("+}", "}");

const REQUEST_ID: Schema = { $ref: "#/components/headers/RequestId" };

const HEADERS: Readonly<Record<string, Schema>> = {
  RequestId: {
    description: "Names the request in our log; give it to us when you ask.",
    schema: { type: "string" },
    example: "5JkZ0q9dX3mV7bN2wYcT",
  },
  RetryAfter: {
    description: "Seconds to wait before the same request is sent again.",
    schema: { type: "integer", minimum: 0 },
    example: 1,
  },
  ETag: {
    description: "Names these bytes; send it as `if-none-match` to get 304 while they are the same.",
    schema: { type: "string" },
    example: '"4f5ad3c0f1e2"',
  },
};

const contentOf = (body: DescribedBody): Readonly<Record<string, PathContent>> =>
  Object.fromEntries(
    Object.entries(body).map(([type, { schema, examples }]) => [
      type,
      { schema, examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])) },
    ]),
  );

const answerOf = ({ description, headers = {}, body }: DescribedAnswer, isConditional: boolean): PathAnswer => ({
  description,
  headers: {
    "x-request-id": REQUEST_ID,
    ...(isConditional ? { etag: { $ref: "#/components/headers/ETag" } } : {}),
    ...headers,
  },
  ...(body === undefined ? {} : { content: contentOf(body) }),
});

/** What an edge says to anybody, whatever the route. */
const ofTheEdge = ({ accepts }: DescribedRoute): readonly FailureCode[] =>
  accepts === undefined
    ? []
    : ["body.malformed", "body.too-large", "body.unsupported-encoding", "body.unsupported-type"];

const nameOf = (code: FailureCode | undefined): string => (code ?? "internal-error").replaceAll(".", "-");

/** Failures by status, each worded by the dialect itself. */
const failuresOf = (
  dialect: DescribedDialect,
  route: DescribedRoute,
  codes: readonly FailureCode[],
): Readonly<Record<string, PathAnswer>> => {
  const answers: Record<string, { headers: Record<string, Schema>; content: Record<string, Record<string, unknown>> }> =
    {};
  for (const code of [...new Set(codes), undefined]) {
    const { status, headers, body } = dialect.failure(code, route);
    const answer = (answers[status] ??= { headers: { "x-request-id": REQUEST_ID }, content: {} });
    if (headers["retry-after"] !== undefined)
      answer.headers["retry-after"] = { $ref: "#/components/headers/RetryAfter" };
    const type = headers["content-type"] ?? "application/json";
    (answer.content[type] ??= {})[nameOf(code)] = { value: JSON.parse(body) };
  }
  // The front door, which comes before every dialect, has words of its own.
  const tooMany = (answers[429] ??= { headers: { "x-request-id": REQUEST_ID }, content: {} });
  const isShared = tooMany.content["application/json"] !== undefined;
  if (!isShared) tooMany.content["application/json"] = { "front-door": { value: { message: "Too Many Requests" } } };
  return Object.fromEntries(
    Object.entries(answers).map(([status, { headers, content }]) => [
      status,
      {
        description: DESCRIPTIONS[Number(status)] ?? "The request failed.",
        headers,
        content: Object.fromEntries(
          Object.entries(content).map(([type, examples]) => [
            type,
            {
              schema: named("front-door" in examples ? "FrontDoorRefusal" : dialect.failureSchema),
              examples: examples as PathContent["examples"],
            },
          ]),
        ),
      },
    ]),
  );
};

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: "The request is not what this route takes.",
  401: "Nobody is known by what the request shows.",
  403: "The caller is known, and may not do this.",
  404: "There is no such thing.",
  409: "It does not go together with how things stand.",
  413: "The body is too large.",
  415: "The body is of a kind that is not taken.",
  422: "The request contradicts an earlier one.",
  429: "Too many requests; come back after the seconds in `retry-after`.",
  500: "Something failed on our side.",
  503: "Busy; come back after the seconds in `retry-after`.",
};

const IF_NONE_MATCH: DescribedParameter = {
  name: "if-none-match",
  in: "header",
  description: "Entity tags that you have; the answer is 304 without a body when one of them still holds.",
  schema: { type: "string" },
  example: '"4f5ad3c0f1e2"',
};

const parameterOf = ({
  name,
  in: where,
  description,
  required,
  schema,
  example,
}: DescribedParameter): PathParameter => ({
  name,
  in: where,
  description,
  required: where === "path" || required === true,
  schema,
  example,
});

const operationOf = (dialect: DescribedDialect, route: DescribedRoute, told: DescribedOperation): PathOperation => {
  const everywhere = dialect.everywhere(route);
  const isConditional = told.conditional === true;
  const parameters = [
    ...(told.parameters ?? []),
    ...everywhere.parameters,
    ...(isConditional ? [IF_NONE_MATCH] : []),
  ].map(parameterOf);
  const answers = Object.entries(told.answers).map(([status, answer]) => [status, answerOf(answer, isConditional)]);
  const failures = [...ofTheEdge(route), ...everywhere.failures, ...(told.failures ?? [])];
  return {
    tags: [told.area],
    operationId: told.id ?? route.operation,
    summary: told.summary,
    description: told.description,
    security: route.scope === null ? [] : dialect.securityFor(route.scope),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(told.body === undefined
      ? {}
      : {
          requestBody: {
            required: told.bodyRequired ?? true,
            description: "In UTF-8; `content-encoding: gzip` is taken.",
            content: contentOf(told.body),
          },
        }),
    responses: {
      ...(Object.fromEntries(answers) as Record<string, PathAnswer>),
      ...(isConditional ? { 304: { description: "Nothing changed.", headers: { "x-request-id": REQUEST_ID } } } : {}),
      ...failuresOf(dialect, route, failures),
    },
  };
};

const FRONT_DOOR: Schema = object({ message: text("What the front door refuses, in its own words.") });

/** Routes of a dialect that nobody has described yet. */
export const undescribed = ({ routes, operations }: DescribedDialect): string[] =>
  routes.map(({ method, path }) => `${method} ${path}`).filter((route) => operations[route] === undefined);

/**
 * The whole API as an OpenAPI 3.1 document.
 * @param baseUrl where the caller reached us; null when nobody knows.
 */
export const describeApi = (
  dialects: readonly DescribedDialect[],
  baseUrl: string | null,
  info: { readonly version: string; readonly description: string },
): ApiDescription => {
  const paths: Record<string, Record<string, PathOperation>> = {};
  for (const dialect of dialects)
    for (const route of dialect.routes) {
      const told = dialect.operations[`${route.method} ${route.path}`];
      if (told !== undefined)
        (paths[pathOf(route)] ??= {})[route.method.toLowerCase()] = operationOf(dialect, route, told);
    }
  const merged = (part: (dialect: DescribedDialect) => Readonly<Record<string, Schema>>): Record<string, Schema> =>
    Object.assign({}, ...dialects.map(part)) as Record<string, Schema>;
  return {
    openapi: "3.1.1",
    info: {
      title: "Tidemark",
      version: info.version,
      summary: "Exact, hourly statistics of chat workspaces.",
      description: info.description,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: baseUrl ?? "/", description: "This deployment." }],
    tags: dialects.flatMap(({ areas }) => areas),
    paths,
    components: {
      schemas: { ...merged(({ schemas }) => schemas), FrontDoorRefusal: FRONT_DOOR },
      headers: HEADERS,
      securitySchemes: merged(({ securitySchemes }) => securitySchemes),
    },
  };
};

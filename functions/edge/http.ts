import middyStack, { type Request as MiddyRequest } from "@middy/core";
import headerNormalizer from "@middy/http-header-normalizer";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { Failure } from "../core/failure.ts";
import { type Answer, unlessUnchanged } from "./answer.ts";
import { decodeBody, type RequestBody } from "./request-body.ts";
import { matchRoute, type Route } from "./route.ts";

/** A request on its route, before anybody read its body. Header names are in lower case. */
export interface Request<Operation extends string = string> {
  readonly id: string;
  readonly method: string;
  readonly route: Route<Operation>;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Address that the request came from, as the front door saw it; a proxy's, where there is one. */
  readonly sourceIp: string;
}

/** What one dialect answers with. */
export interface Service<Operation extends string, Caller> {
  readonly routes: readonly Route<Operation>[];
  /** Headers of every answer, errors too, unless the answer has its own. */
  readonly headers: Readonly<Record<string, string>>;
  /** Who asks; throws Failures of credentials and scopes. Called for every route, those with a null scope too. */
  readonly authenticate: (request: Request<Operation>) => Promise<Caller>;
  /**
   * Counts the call, once it is known who asks and the body is one that the route takes; throws Failure `rate.exceeded`.
   * The headers it gives go on the answer, and on the answer to a failure after it.
   */
  readonly limit?: (request: Request<Operation>, caller: Caller) => Readonly<Record<string, string>>;
  readonly operations: Readonly<
    Record<Operation, (request: Request<Operation>, caller: Caller, body: RequestBody) => Promise<Answer> | Answer>
  >;
  /** A failure in the dialect's words; undefined for one without a name, of which nothing is told. */
  readonly renderFailure: (failure: Failure | undefined, requestId: string) => Answer;
  /** For requests that come without an id. */
  readonly newRequestId: () => string;
  /** Takes one line about each request that failed without a name. */
  readonly log: (line: object) => void;
}

/** What API Gateway calls, and the local front door with it (payload format 2.0). */
export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context?: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** The few that matter to an API: the body is what its type says, addresses stay here, TLS stays on. */
const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000",
} as const;

/** Left for rendering an error before Lambda ends the process. */
const SPARE_MS = 500;

const requestOf = <Operation extends string>(
  event: APIGatewayProxyEventV2,
  service: Pick<Service<Operation, never>, "routes">,
): Request<Operation> => {
  const { method, sourceIp } = event.requestContext.http;
  return {
    id: event.requestContext.requestId,
    method,
    sourceIp,
    ...matchRoute(service.routes, method, event.rawPath),
    query: new URLSearchParams(event.rawQueryString),
    headers: event.headers,
  };
};

const answerTo = async <Operation extends string, Caller>(
  event: APIGatewayProxyEventV2,
  service: Service<Operation, Caller>,
): Promise<Answer> => {
  const request = requestOf(event, service);
  const caller = await service.authenticate(request);
  const body = await decodeBody(
    {
      body: event.body,
      isBase64Encoded: event.isBase64Encoded,
      contentType: request.headers["content-type"],
      contentEncoding: request.headers["content-encoding"],
    },
    request.route,
  );
  const limits = service.limit?.(request, caller) ?? {};
  const answer = await operate(request, caller, body, event, service);
  return unlessUnchanged({ ...answer, headers: { ...limits, ...answer.headers } }, request.headers["if-none-match"]);
};

/** The operation's answer; a failure is answered here, because what was said of the limit has to go with it. */
const operate = async <Operation extends string, Caller>(
  request: Request<Operation>,
  caller: Caller,
  body: RequestBody,
  event: APIGatewayProxyEventV2,
  service: Service<Operation, Caller>,
): Promise<Answer> => {
  try {
    return await service.operations[request.route.operation](request, caller, body);
  } catch (error) {
    return failed(error, event, service);
  }
};

const NEUTRAL = 500;
const UNAVAILABLE = 503;

/** What lies behind a failure, for those who run this. */
const whyOf = (failure: Failure | undefined): string => String((failure?.cause as Error | undefined) ?? failure);

/** Lambda is about to end the process: whoever asked does better to come back than to think that all is lost. */
const outOfTime = (): never => {
  throw new Failure("store.busy", "This took too long; send it again.");
};

const failed = <Operation extends string, Caller>(
  error: unknown,
  event: APIGatewayProxyEventV2,
  service: Service<Operation, Caller>,
): Answer => {
  const { requestId } = event.requestContext;
  const failure = error instanceof Failure ? error : undefined;
  const answer = service.renderFailure(failure, requestId);
  const tell = (line: object): void => {
    const route = `${event.requestContext.http.method} ${routeText(event, service)}`;
    service.log({ ...line, requestId, route });
  };
  if (answer.status === NEUTRAL) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    tell({ event: "RequestFailed", error: name, message, stack });
  } else if (answer.status === UNAVAILABLE) tell({ event: "RequestTurnedAway", why: whyOf(failure) });
  const allow = failure?.code === "route.method-not-allowed" ? failure.details["allow"] : undefined;
  return Array.isArray(allow) ? { ...answer, headers: { ...answer.headers, allow: allow.join(", ") } } : answer;
};

/** The route as listed: a path may hold what does not belong into a log. */
const routeText = <Operation extends string>(
  event: APIGatewayProxyEventV2,
  { routes }: Pick<Service<Operation, never>, "routes">,
): string => {
  try {
    return matchRoute(routes, event.requestContext.http.method, event.rawPath).route.path;
  } catch {
    return "unmatched";
  }
};

type Answered = MiddyRequest<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** What compresses is loaded with the first caller who asks for it, or forbids it: a cold start waits for it then alone. */
const compressed = async (request: Answered): Promise<void> => {
  const { headers } = request.event;
  if (headers["accept-encoding"] === undefined && headers["cache-control"] === undefined) return;
  const { compress } = await import("./compression.ts");
  await compress(request);
};

const lowerCased = (headers: APIGatewayProxyStructuredResultV2["headers"]): Record<string, string | number | boolean> =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));

/**
 * Puts a dialect behind HTTP: routes, bodies, conditional and compressed answers, errors in the dialect's own words.
 * The handler never rejects: a crash is logged once and answered with the dialect's neutral 500.
 */
export const httpHandler = <Operation extends string, Caller>(service: Service<Operation, Caller>): HttpHandler => {
  const finish = ({ event, response }: Answered): void => {
    if (response == null) return;
    response.headers = {
      ...SECURITY_HEADERS,
      // Also on answers too small to be worth compressing: a cache must not hand one client's encoding to another.
      vary: "accept-encoding",
      ...service.headers,
      ...lowerCased(response.headers),
      "x-request-id": event.requestContext.requestId,
    };
    if (event.requestContext.http.method === "HEAD") {
      response.body = "";
      response.isBase64Encoded = false;
    }
  };
  const identify = ({ event }: Answered): void => {
    // A falsy id would leave the answer without one.
    event.requestContext.requestId ||= service.newRequestId();
    event.headers ??= {};
  };
  const stack = middyStack<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
    timeoutEarlyInMillis: SPARE_MS,
    timeoutEarlyResponse: outOfTime,
  })
    .use({ before: identify, after: finish, onError: finish })
    .use(headerNormalizer())
    .use({ after: compressed, onError: compressed })
    // Registered last, so it runs first: the answer it makes is then encoded and finished like any other.
    .onError((request) => {
      request.response = gatewayed(failed(request.error, request.event, service));
    })
    .handler(async (event) => gatewayed(await answerTo(event, service)));
  return async (event, context = {} as Context) => stack(event, context);
};

const gatewayed = ({ status, headers, body }: Answer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { ...headers },
  ...(body === undefined ? {} : { body }),
});

import { Failure } from "../core/failure.ts";

/** A route as a dialect's `routes.ts` lists it: plain data, because infrastructure reads it too. */
export interface Route<Operation extends string = string> {
  readonly method: string;
  /** `{name}` stands for one segment, a trailing `{name+}` for the whole rest. */
  readonly path: string;
  readonly operation: Operation;
  /** What the caller's credential must hold; null for everybody. */
  readonly scope: string | null;
  /** Media types of the body; a route without them takes none. */
  readonly accepts?: readonly string[];
  readonly maxWireBytes?: number;
  readonly maxDecodedBytes?: number;
}

/** A route that fits a request, and its path parameters, decoded. */
export interface Matched<Operation extends string> {
  readonly route: Route<Operation>;
  readonly path: Readonly<Record<string, string>>;
}

/**
 * API Gateway's HTTP APIs deliver the path decoded, everything else delivers it as it was sent; a bare `%` can only
 * come from the former, so it stands for itself.
 */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const fit = (pattern: string, path: string): Record<string, string> | undefined => {
  // Most have no parameter, and every request is held against all.
  if (!pattern.includes("{")) return pattern === path ? {} : undefined;
  const wanted = pattern.split("/");
  const given = path.split("/");
  const found: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const text = given[at];
    if (text === undefined) return undefined;
    const name = /^\{(\w+)(\+?)\}$/.exec(part);
    if (name === null) {
      if (part !== text) return undefined;
      continue;
    }
    const rest = name[2] === "+" ? given.slice(at).join("/") : text;
    if (rest === "") return undefined;
    found[name[1] ?? ""] = decoded(rest);
    if (name[2] === "+") return found;
  }
  return given.length === wanted.length ? found : undefined;
};

/**
 * Finds the route of a request; HEAD goes where GET does. Of several that fit, the first listed holds.
 * @throws Failure `route.unknown`; `route.method-not-allowed` with `details.allow`.
 */
export const matchRoute = <Operation extends string>(
  routes: readonly Route<Operation>[],
  method: string,
  path: string,
): Matched<Operation> => {
  const fitting = routes.flatMap((route) => {
    const parameters = fit(route.path, path);
    return parameters === undefined ? [] : [{ route, path: parameters }];
  });
  if (fitting.length === 0) throw new Failure("route.unknown", "There is nothing at this path.");
  const wanted = method === "HEAD" ? "GET" : method;
  const match = fitting.find(({ route }) => route.method === wanted);
  if (match !== undefined) return match;
  const allow = [
    ...new Set(fitting.flatMap(({ route }) => (route.method === "GET" ? ["GET", "HEAD"] : [route.method]))),
  ];
  throw new Failure("route.method-not-allowed", `This path takes ${allow.join(", ")}.`, { allow });
};

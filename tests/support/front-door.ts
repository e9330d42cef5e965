import { ROUTES as IMKIT } from "../../functions/dialects/imkit/routes.ts";
import { ROUTES as ROCKETCHAT } from "../../functions/dialects/rocketchat/routes.ts";
import { ADMIN_PREFIXES, ADMIN_ROUTES, ROUTES as V1 } from "../../functions/dialects/v1/routes.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import type { Route } from "../../functions/edge/route.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { serveImkit } from "../../functions/services/serve-imkit.ts";
import { serveRocketchat } from "../../functions/services/serve-rocketchat.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import type { Parts } from "../../functions/tasks/parts.ts";

/** Every route that there is, with the dialect that it belongs to. */
export const EVERY_ROUTE: readonly (Route & { readonly dialect: "v1" | "rocketchat" | "imkit" })[] = [
  ...[...V1, ...ADMIN_ROUTES].map((route) => ({ ...route, dialect: "v1" as const })),
  ...ROCKETCHAT.map((route) => ({ ...route, dialect: "rocketchat" as const })),
  ...IMKIT.map((route) => ({ ...route, dialect: "imkit" as const })),
];

/** A route as people write it. */
export const nameOfRoute = ({ method, path }: Pick<Route, "method" | "path">): string => `${method} ${path}`;

const isUnder = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);

/** In API Gateway's own words: no service hears of it. */
const nobody: HttpHandler = () =>
  Promise.resolve({
    statusCode: 404,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: "Not Found" }),
  });

/** All services behind one handler that chooses by path, as the front doors do. */
export const frontDoor = (parts: Parts, log: (line: object) => void): HttpHandler => {
  const [v1, admin, rocketchat, imkit] = [serveV1, serveAdmin, serveRocketchat, serveImkit].map((serve) =>
    serve(parts, log),
  ) as [HttpHandler, HttpHandler, HttpHandler, HttpHandler];
  const mounts: readonly (readonly [string, HttpHandler])[] = [
    ["/api", rocketchat],
    ["/ingest/rocketchat", rocketchat],
    ["/admin", imkit],
    ["/ingest/imkit", imkit],
    ...ADMIN_PREFIXES.map((path) => [path, admin] as const),
    ["/v1", v1],
    ["/healthz", v1],
  ];
  return (event, context) => (mounts.find(([path]) => isUnder(event.rawPath, path))?.[1] ?? nobody)(event, context);
};

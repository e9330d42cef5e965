import { renderFailure } from "../dialects/v1/failure.ts";
import { ADMIN_ROUTES } from "../dialects/v1/routes.ts";
import { type HttpHandler, httpHandler } from "../edge/http.ts";
import type { Parts } from "../tasks/parts.ts";
import { aboutOperations } from "./admin-about.ts";
import { credentialOperations } from "./admin-credentials.ts";
import { alertOperations } from "./admin-alerts.ts";
import { federationOperations } from "./admin-federation.ts";
import { licenseKeyOperations } from "./admin-licenses.ts";
import { sourceOperations } from "./admin-source.ts";
import { noticeOperations } from "./admin-notices.ts";
import { userOperations } from "./admin-users.ts";
import { workspaceOperations } from "./admin-workspaces.ts";
import { limitPerMinute, V1_CALLS } from "./call-limits.ts";
import type { AdminOperation } from "./v1-asked.ts";
import { type Caller, v1Caller } from "./v1-caller.ts";

const REQUEST_ID_CHARACTERS = 20;

/** Our own dialect as somebody administers with it, and what the API tells about itself. */
export const serveAdmin = (parts: Parts, log: (line: object) => void): HttpHandler =>
  httpHandler<AdminOperation, Caller | undefined>({
    routes: ADMIN_ROUTES,
    headers: { "cache-control": "private" },
    authenticate: v1Caller(parts),
    limit: limitPerMinute(parts, V1_CALLS),
    operations: {
      ...credentialOperations(parts),
      ...userOperations(parts),
      ...workspaceOperations(parts),
      ...federationOperations(parts),
      ...sourceOperations(parts),
      ...alertOperations(parts),
      ...licenseKeyOperations(parts),
      ...noticeOperations(parts),
      ...aboutOperations(parts),
    },
    renderFailure,
    newRequestId: () => parts.secret(REQUEST_ID_CHARACTERS),
    log,
  });

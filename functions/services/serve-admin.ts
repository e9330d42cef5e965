import { late } from "../core/late.ts";
import { renderFailure } from "../dialects/v1/failure.ts";
import { ADMIN_ROUTES } from "../dialects/v1/routes.ts";
import { type HttpHandler, httpHandler } from "../edge/http.ts";
import type { Parts } from "../tasks/parts.ts";
import { settingsOperations } from "./admin-settings.ts";
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
      ...settingsOperations(parts),
      ...late(
        ["listKeys", "createKey", "rotateKey", "revokeKey", "listTokens", "createToken", "revokeToken"],
        async () => (await import("./admin-credentials.ts")).credentialOperations(parts),
      ),
      ...late(["listUsers", "createUser", "resetPassword", "removeUser"], async () =>
        (await import("./admin-users.ts")).userOperations(parts),
      ),
      ...late(
        [
          "changeWorkspace",
          "pauseWorkspace",
          "resumeWorkspace",
          "listActs",
          "listWorkspaces",
          "createWorkspace",
          "exportWorkspace",
          "endWorkspace",
          "listActsOf",
        ],
        async () => (await import("./admin-workspaces.ts")).workspaceOperations(parts),
      ),
      ...late(["checkFederation"], async () => (await import("./admin-federation.ts")).federationOperations(parts)),
      ...late(["readSource", "checkSource", "keepUpstreamCredential", "removeUpstreamCredential"], async () =>
        (await import("./admin-source.ts")).sourceOperations(parts),
      ),
      ...late(["readAlerts", "setAlerts"], async () => (await import("./admin-alerts.ts")).alertOperations(parts)),
      ...late(["listLicenseKeys", "registerLicenseKey", "removeLicenseKey"], async () =>
        (await import("./admin-licenses.ts")).licenseKeyOperations(parts),
      ),
      ...late(
        [
          "listChannels",
          "addChannel",
          "removeChannel",
          "testChannel",
          "listDeliveries",
          "listReports",
          "readReport",
          "readReportSchedule",
          "changeReportSchedule",
        ],
        async () => (await import("./admin-notices.ts")).noticeOperations(parts),
      ),
      ...late(["readDefinitions", "explainProblem", "describeApi", "readDocs"], async () =>
        (await import("./admin-about.ts")).aboutOperations(parts),
      ),
    },
    renderFailure,
    newRequestId: () => parts.secret(REQUEST_ID_CHARACTERS),
    log,
  });

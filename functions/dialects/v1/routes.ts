/**
 * Routes of our own dialect. Plain data without imports: infrastructure and the local front door read it, too.
 * Those that senders and readers use by the hour, and those that somebody administers with, are two functions: what is
 * asked rarely must not weigh on every cold start.
 */
export const ROUTES = [
  {
    method: "POST",
    path: "/v1/events",
    operation: "ingestEvents",
    scope: "events:write",
    accepts: ["application/cloudevents-batch+json", "application/json", "application/x-ndjson"],
    maxWireBytes: 4_194_304,
    maxDecodedBytes: 5_242_880,
  },
  { method: "GET", path: "/v1/reporters", operation: "listReporters", scope: "events:write" },
  // A CloudEvents source is a URI more often than not, so it may hold slashes.
  { method: "GET", path: "/v1/reporters/{source+}", operation: "readReporter", scope: "events:write" },
  { method: "GET", path: "/v1/statistics", operation: "readStatistics", scope: "statistics:read" },
  { method: "POST", path: "/v1/statistics/refresh", operation: "refreshStatistics", scope: "statistics:refresh" },
  { method: "GET", path: "/v1/snapshots", operation: "listSnapshots", scope: "statistics:read" },
  { method: "GET", path: "/v1/snapshots/{hour}", operation: "readSnapshot", scope: "statistics:read" },
  { method: "GET", path: "/v1/snapshots/{hour}/statistics.json", operation: "readSnapshot", scope: "statistics:read" },
  { method: "GET", path: "/v1/snapshots/{hour}/seen", operation: "readSeen", scope: "statistics:read" },
  { method: "GET", path: "/v1/history", operation: "readHistory", scope: "statistics:read" },
  { method: "GET", path: "/v1/summary", operation: "readSummary", scope: "statistics:read" },
  { method: "GET", path: "/v1/activity", operation: "readActivity", scope: "statistics:read" },
  { method: "GET", path: "/v1/anomalies", operation: "listAnomalies", scope: "statistics:read" },
  { method: "GET", path: "/v1/baseline", operation: "readBaseline", scope: "statistics:read" },
  { method: "POST", path: "/v1/imports", operation: "openImport", scope: "admin", accepts: ["application/json"] },
  {
    method: "POST",
    path: "/v1/imports/{id}/finish",
    operation: "finishImport",
    scope: "admin",
    accepts: ["application/json"],
  },
  { method: "DELETE", path: "/v1/imports/{id}", operation: "abandonImport", scope: "admin" },
  {
    method: "PUT",
    path: "/v1/directory/users",
    operation: "putUsers",
    scope: "events:write",
    accepts: ["application/x-ndjson"],
    maxWireBytes: 4_194_304,
    maxDecodedBytes: 5_242_880,
  },
  {
    method: "PUT",
    path: "/v1/directory/rooms",
    operation: "putRooms",
    scope: "events:write",
    accepts: ["application/x-ndjson"],
    maxWireBytes: 4_194_304,
    maxDecodedBytes: 5_242_880,
  },
  { method: "GET", path: "/v1/ledger", operation: "readLedger", scope: "statistics:read" },
  { method: "GET", path: "/v1/health", operation: "readHealth", scope: "statistics:read" },
  { method: "GET", path: "/v1/metrics", operation: "readMetrics", scope: "statistics:read" },
  { method: "GET", path: "/healthz", operation: "checkHealth", scope: null },
] as const;

/** What somebody administers with, and what the API tells about itself. */
export const ADMIN_ROUTES = [
  { method: "GET", path: "/v1/keys", operation: "listKeys", scope: "admin" },
  { method: "POST", path: "/v1/keys", operation: "createKey", scope: "admin", accepts: ["application/json"] },
  {
    method: "POST",
    path: "/v1/keys/{id}/rotate",
    operation: "rotateKey",
    scope: "admin",
    accepts: ["application/json"],
  },
  { method: "DELETE", path: "/v1/keys/{id}", operation: "revokeKey", scope: "admin" },
  { method: "GET", path: "/v1/tokens", operation: "listTokens", scope: "admin" },
  { method: "POST", path: "/v1/tokens", operation: "createToken", scope: "admin", accepts: ["application/json"] },
  { method: "DELETE", path: "/v1/tokens/{id}", operation: "revokeToken", scope: "admin" },
  { method: "GET", path: "/v1/users", operation: "listUsers", scope: "admin" },
  { method: "POST", path: "/v1/users", operation: "createUser", scope: "admin", accepts: ["application/json"] },
  {
    method: "POST",
    path: "/v1/users/{id}/password",
    operation: "resetPassword",
    scope: "admin",
    accepts: ["application/json"],
  },
  { method: "DELETE", path: "/v1/users/{id}", operation: "removeUser", scope: "admin" },
  { method: "GET", path: "/v1/workspace", operation: "readWorkspace", scope: "admin" },
  {
    method: "PATCH",
    path: "/v1/workspace",
    operation: "changeWorkspace",
    scope: "admin",
    accepts: ["application/json", "application/merge-patch+json"],
  },
  { method: "POST", path: "/v1/workspace/pause", operation: "pauseWorkspace", scope: "admin" },
  { method: "POST", path: "/v1/workspace/resume", operation: "resumeWorkspace", scope: "admin" },
  { method: "GET", path: "/v1/workspace/source", operation: "readSource", scope: "admin" },
  {
    method: "POST",
    path: "/v1/workspace/source/check",
    operation: "checkSource",
    scope: "admin",
    accepts: ["application/json"],
  },
  {
    method: "PUT",
    path: "/v1/workspace/upstream-credential",
    operation: "keepUpstreamCredential",
    scope: "admin",
    accepts: ["application/json"],
  },
  {
    method: "DELETE",
    path: "/v1/workspace/upstream-credential",
    operation: "removeUpstreamCredential",
    scope: "admin",
  },
  {
    method: "POST",
    path: "/v1/federation/check",
    operation: "checkFederation",
    scope: "admin",
    accepts: ["application/json"],
  },
  { method: "GET", path: "/v1/alerts", operation: "readAlerts", scope: "admin" },
  { method: "PUT", path: "/v1/alerts", operation: "setAlerts", scope: "admin", accepts: ["application/json"] },
  { method: "GET", path: "/v1/audit", operation: "listActs", scope: "admin" },
  { method: "GET", path: "/v1/workspaces", operation: "listWorkspaces", scope: "operator" },
  {
    method: "POST",
    path: "/v1/workspaces",
    operation: "createWorkspace",
    scope: "operator",
    accepts: ["application/json"],
  },
  { method: "GET", path: "/v1/workspaces/{id}/export", operation: "exportWorkspace", scope: "operator" },
  { method: "DELETE", path: "/v1/workspaces/{id}", operation: "endWorkspace", scope: "operator" },
  { method: "GET", path: "/v1/license-keys", operation: "listLicenseKeys", scope: "operator" },
  {
    method: "POST",
    path: "/v1/license-keys",
    operation: "registerLicenseKey",
    scope: "operator",
    accepts: ["application/json"],
  },
  { method: "DELETE", path: "/v1/license-keys/{id}", operation: "removeLicenseKey", scope: "operator" },
  { method: "GET", path: "/v1/definitions", operation: "readDefinitions", scope: null },
  { method: "GET", path: "/problems/{slug}", operation: "explainProblem", scope: null },
  { method: "GET", path: "/openapi.json", operation: "describeApi", scope: null },
  { method: "GET", path: "/docs", operation: "readDocs", scope: null },
] as const;

const prefixesOf = (routes: readonly { readonly path: string }[]): readonly string[] => [
  ...new Set(routes.map(({ path }) => /^\/v1\/[^/]+|^\/[^/]+/.exec(path)?.[0] ?? path)),
];

/** What the paths above begin with: everything under these is the administering function's, everything else the other's. */
// Marked, so that the function which has no use for it is bundled without these routes.
export const ADMIN_PREFIXES: readonly string[] = /* @__PURE__ */ prefixesOf(ADMIN_ROUTES);

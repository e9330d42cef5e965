/** Routes of our own dialect. Plain data without imports: infrastructure and the local front door read it, too. */
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
  // A CloudEvents source is a URI more often than not, so it may hold slashes.
  { method: "GET", path: "/v1/reporters/{source+}", operation: "readReporter", scope: "events:write" },
  { method: "GET", path: "/v1/statistics", operation: "readStatistics", scope: "statistics:read" },
  { method: "POST", path: "/v1/statistics/refresh", operation: "refreshStatistics", scope: "statistics:refresh" },
  { method: "GET", path: "/v1/snapshots", operation: "listSnapshots", scope: "statistics:read" },
  { method: "GET", path: "/v1/snapshots/{hour}", operation: "readSnapshot", scope: "statistics:read" },
  { method: "GET", path: "/v1/snapshots/{hour}/statistics.json", operation: "readSnapshot", scope: "statistics:read" },
  { method: "GET", path: "/v1/history", operation: "readHistory", scope: "statistics:read" },
  {
    method: "POST",
    path: "/v1/workspaces",
    operation: "createWorkspace",
    scope: "operator",
    accepts: ["application/json"],
  },
  { method: "POST", path: "/v1/imports", operation: "openImport", scope: "admin", accepts: ["application/json"] },
  {
    method: "POST",
    path: "/v1/imports/{id}/finish",
    operation: "finishImport",
    scope: "admin",
    accepts: ["application/json"],
  },
  { method: "DELETE", path: "/v1/imports/{id}", operation: "abandonImport", scope: "admin" },
  { method: "GET", path: "/v1/definitions", operation: "readDefinitions", scope: null },
  { method: "GET", path: "/healthz", operation: "checkHealth", scope: null },
  { method: "GET", path: "/problems/{slug}", operation: "explainProblem", scope: null },
] as const;

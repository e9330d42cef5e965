/** Routes of the IMKit dialect. Plain data without imports: infrastructure and the local front door read it, too. */
export const ROUTES = [
  { method: "GET", path: "/admin/stats", operation: "readStatistics", scope: "platform" },
  { method: "GET", path: "/admin/connection-count", operation: "countConnections", scope: "platform" },
  // The secret is in the path, because the chat server can send no header. A list of 100,000 users fits.
  {
    method: "POST",
    path: "/ingest/imkit/{token}",
    operation: "takeReport",
    scope: "report",
    accepts: ["application/json"],
    maxWireBytes: 4_194_304,
  },
] as const;

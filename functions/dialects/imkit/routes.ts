/** Routes of the IMKit dialect. Plain data without imports: infrastructure and the local front door read it, too. */
export const ROUTES = [
  { method: "GET", path: "/admin/stats", operation: "readStatistics", scope: "platform" },
  { method: "GET", path: "/admin/connection-count", operation: "countConnections", scope: "platform" },
] as const;

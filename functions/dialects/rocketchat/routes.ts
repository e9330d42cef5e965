/** Routes of the Rocket.Chat dialect. Plain data without imports: infrastructure and the local front door read it, too. */
export const ROUTES = [
  { method: "GET", path: "/api/v1/statistics", operation: "readStatistics", scope: "view-statistics" },
] as const;

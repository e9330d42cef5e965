/**
 * Routes of the Rocket.Chat dialect. Plain data without imports: infrastructure and the local front door read it, too.
 * `scope: null` is for everybody, `""` for any user who is logged in.
 */
export const ROUTES = [
  { method: "GET", path: "/api/v1/statistics", operation: "readStatistics", scope: "view-statistics" },
  { method: "GET", path: "/api/v1/statistics.list", operation: "listStatistics", scope: "view-statistics" },
  {
    method: "POST",
    path: "/api/v1/statistics.telemetry",
    operation: "takeTelemetry",
    scope: "",
    accepts: ["application/json"],
  },
  { method: "GET", path: "/api/v1/instances.get", operation: "listInstances", scope: "view-statistics" },
  { method: "GET", path: "/api/info", operation: "readInfo", scope: null },
  {
    method: "POST",
    path: "/api/v1/login",
    operation: "logIn",
    scope: null,
    accepts: ["application/json", "application/x-www-form-urlencoded"],
  },
  {
    method: "POST",
    path: "/api/v1/logout",
    operation: "logOut",
    scope: "",
    accepts: ["application/json", "application/x-www-form-urlencoded"],
  },
  { method: "GET", path: "/api/v1/logout", operation: "logOut", scope: "" },
  { method: "GET", path: "/api/v1/me", operation: "readMe", scope: "" },
  {
    method: "POST",
    path: "/api/v1/users.generatePersonalAccessToken",
    operation: "generateToken",
    scope: "create-personal-access-tokens",
    accepts: ["application/json"],
  },
  {
    method: "POST",
    path: "/api/v1/users.regeneratePersonalAccessToken",
    operation: "regenerateToken",
    scope: "create-personal-access-tokens",
    accepts: ["application/json"],
  },
  {
    method: "GET",
    path: "/api/v1/users.getPersonalAccessTokens",
    operation: "listTokens",
    scope: "create-personal-access-tokens",
  },
  {
    method: "POST",
    path: "/api/v1/users.removePersonalAccessToken",
    operation: "removeToken",
    scope: "create-personal-access-tokens",
    accepts: ["application/json"],
  },
  {
    method: "POST",
    path: "/api/v1/users.updateOwnBasicInfo",
    operation: "changePassword",
    scope: "",
    accepts: ["application/json"],
  },
  { method: "GET", path: "/api/v1/licenses.info", operation: "readLicense", scope: "" },
  {
    method: "POST",
    path: "/api/v1/licenses.add",
    operation: "applyLicense",
    scope: "edit-privileged-setting",
    accepts: ["application/json"],
  },
  {
    method: "POST",
    path: "/api/v1/licenses.validate",
    operation: "validateLicense",
    scope: "edit-privileged-setting",
    accepts: ["application/json"],
  },
  {
    // The secret is in the body, because the chat server's webhooks carry it there. A message may come with previews.
    method: "POST",
    path: "/ingest/rocketchat",
    operation: "takeWebhook",
    scope: null,
    accepts: ["application/json"],
    maxWireBytes: 1_048_576,
  },
] as const;

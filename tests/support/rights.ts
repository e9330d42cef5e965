/**
 * Who may ask what, as the contract says it, written down a second time and by hand: nothing here is taken from the
 * tables of routes, which are held against it.
 */
export const RIGHTS = {
  everybody: [
    "GET /healthz",
    "GET /v1/definitions",
    "GET /problems/{slug}",
    "GET /openapi.json",
    "GET /docs",
    "GET /api/info",
    "POST /api/v1/login",
  ],
  "events:write": [
    "POST /v1/events",
    "GET /v1/reporters",
    "GET /v1/reporters/{source+}",
    "PUT /v1/directory/users",
    "PUT /v1/directory/rooms",
  ],
  "statistics:read": [
    "GET /v1/statistics",
    "GET /v1/snapshots",
    "GET /v1/snapshots/{hour}",
    "GET /v1/snapshots/{hour}/statistics.json",
    "GET /v1/snapshots/{hour}/seen",
    "GET /v1/history",
    "GET /v1/summary",
    "GET /v1/activity",
    "GET /v1/anomalies",
    "GET /v1/baseline",
    "GET /v1/ledger",
    "GET /v1/health",
    "GET /v1/metrics",
    "GET /v1/reports",
    "GET /v1/reports/{id}",
  ],
  "statistics:refresh": ["POST /v1/statistics/refresh"],
  admin: [
    "POST /v1/imports",
    "POST /v1/imports/{id}/finish",
    "DELETE /v1/imports/{id}",
    "GET /v1/keys",
    "POST /v1/keys",
    "POST /v1/keys/{id}/rotate",
    "DELETE /v1/keys/{id}",
    "GET /v1/tokens",
    "POST /v1/tokens",
    "DELETE /v1/tokens/{id}",
    "GET /v1/users",
    "POST /v1/users",
    "POST /v1/users/{id}/password",
    "DELETE /v1/users/{id}",
    "GET /v1/workspace",
    "PATCH /v1/workspace",
    "POST /v1/workspace/pause",
    "POST /v1/workspace/resume",
    "GET /v1/workspace/source",
    "POST /v1/workspace/source/check",
    "PUT /v1/workspace/upstream-credential",
    "DELETE /v1/workspace/upstream-credential",
    "POST /v1/federation/check",
    "GET /v1/alerts",
    "PUT /v1/alerts",
    "GET /v1/channels",
    "POST /v1/channels",
    "DELETE /v1/channels/{id}",
    "POST /v1/channels/{id}/test",
    "GET /v1/deliveries",
    "GET /v1/reports/schedule",
    "PUT /v1/reports/schedule",
    "GET /v1/audit",
  ],
  operator: [
    "GET /v1/workspaces",
    "POST /v1/workspaces",
    "GET /v1/workspaces/{id}/export",
    "GET /v1/workspaces/{id}/audit",
    "DELETE /v1/workspaces/{id}",
    "GET /v1/license-keys",
    "POST /v1/license-keys",
    "DELETE /v1/license-keys/{id}",
  ],
  "view-statistics": ["GET /api/v1/statistics", "GET /api/v1/statistics.list", "GET /api/v1/instances.get"],
  "edit-privileged-setting": ["POST /api/v1/licenses.add", "POST /api/v1/licenses.validate"],
  "create-personal-access-tokens": [
    "POST /api/v1/users.generatePersonalAccessToken",
    "POST /api/v1/users.regeneratePersonalAccessToken",
    "GET /api/v1/users.getPersonalAccessTokens",
    "POST /api/v1/users.removePersonalAccessToken",
  ],
  user: [
    "POST /api/v1/statistics.telemetry",
    "POST /api/v1/logout",
    "GET /api/v1/logout",
    "GET /api/v1/me",
    "POST /api/v1/users.updateOwnBasicInfo",
    "GET /api/v1/licenses.info",
  ],
  platform: ["GET /admin/stats", "GET /admin/connection-count"],
  report: ["POST /ingest/imkit/{token}"],
  feed: ["POST /ingest/rocketchat"],
} as const;

/** What a route asks of its caller. */
export type Right = keyof typeof RIGHTS;

/** The right that a route (`GET /v1/statistics`) asks for; a route that nobody thought about has none. */
export const rightTo = (route: string): Right | undefined =>
  (Object.keys(RIGHTS) as Right[]).find((right) => (RIGHTS[right] as readonly string[]).includes(route));

/** Every route that somebody thought about. */
export const THOUGHT_ABOUT: readonly string[] = Object.values(RIGHTS).flat();

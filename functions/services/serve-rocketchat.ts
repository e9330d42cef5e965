import { late } from "../core/late.ts";
import { renderFailure } from "../dialects/rocketchat/failure.ts";
import { ROUTES } from "../dialects/rocketchat/routes.ts";
import { type HttpHandler, httpHandler } from "../edge/http.ts";
import type { Parts } from "../tasks/parts.ts";
import { limitRocketchat } from "./call-limits.ts";
import { type RocketchatCaller, rocketchatCaller, type RocketchatOperation } from "./rocketchat-caller.ts";
import { statisticsOperations } from "./rocketchat-statistics.ts";

const REQUEST_ID_CHARACTERS = 20;

/** The Rocket.Chat dialect, on `/api/…`. */
export const serveRocketchat = (parts: Parts, log: (line: object) => void): HttpHandler =>
  httpHandler<RocketchatOperation, RocketchatCaller | undefined>({
    routes: ROUTES,
    headers: { "cache-control": "no-store", pragma: "no-cache" },
    authenticate: rocketchatCaller(parts),
    limit: limitRocketchat(parts),
    operations: {
      ...statisticsOperations(parts),
      ...late(["listStatistics", "takeTelemetry", "listInstances", "readInfo"], async () =>
        (await import("./rocketchat-listed.ts")).listedOperations(parts),
      ),
      ...late(
        [
          "logIn",
          "logOut",
          "readMe",
          "changePassword",
          "generateToken",
          "regenerateToken",
          "listTokens",
          "removeToken",
        ],
        async () => (await import("./rocketchat-accounts.ts")).accountOperations(parts),
      ),
      ...late(["readLicense", "applyLicense", "validateLicense"], async () =>
        (await import("./rocketchat-licenses.ts")).licenseOperations(parts),
      ),
      ...late(["takeWebhook"], async () => (await import("./rocketchat-feed.ts")).feedOperations(parts, log)),
    },
    renderFailure,
    newRequestId: () => parts.secret(REQUEST_ID_CHARACTERS),
    log,
  });

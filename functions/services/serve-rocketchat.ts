import type { Credential } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import type { Workspace } from "../core/workspace.ts";
import { statisticsBody } from "../dialects/rocketchat/body.ts";
import { renderFailure } from "../dialects/rocketchat/failure.ts";
import { asksForRefresh } from "../dialects/rocketchat/query.ts";
import { ROUTES } from "../dialects/rocketchat/routes.ts";
import { jsonAnswer } from "../edge/answer.ts";
import { type HttpHandler, httpHandler, type Request } from "../edge/http.ts";
import { findWorkspace } from "../tasks/find-workspace.ts";
import { identifyCaller } from "../tasks/identify-caller.ts";
import type { Parts } from "../tasks/parts.ts";
import { type LatestDocument, readLatest } from "../tasks/read-statistics.ts";
import { refreshStatistics } from "../tasks/refresh-statistics.ts";

type Operation = (typeof ROUTES)[number]["operation"];

const isHers = ({ kind, userId }: Credential, given: string): boolean => kind === "token" && userId === given;

/** Rocket.Chat looks a token up together with its user, so a wrong user is an unknown token. */
const rocketchatCaller = (parts: Parts): ((request: Request) => Promise<Workspace>) => {
  const identify = identifyCaller(parts);
  const find = findWorkspace(parts);
  return async ({ headers, route }) => {
    const token = headers["x-auth-token"] ?? "";
    const userId = headers["x-user-id"] ?? "";
    if (token === "" || userId === "") throw new Failure("credential.missing", "Send X-Auth-Token and X-User-Id.");
    const credential = await identify(token);
    if (!isHers(credential, userId)) throw new Failure("credential.unknown", "This token is not known for this user.");
    if (route.scope !== null && !(credential.scopes as readonly string[]).includes(route.scope))
      throw new Failure("scope.missing", `This needs the permission ${route.scope}.`);
    return find(credential.workspace);
  };
};

const MS = 1_000;
const REQUEST_ID_CHARACTERS = 20;

/** The Rocket.Chat dialect, on `/api/…`. */
export const serveRocketchat = (parts: Parts, log: (line: object) => void): HttpHandler => {
  const ageOf = ({ takenAt }: LatestDocument): string =>
    String(Math.max(Math.floor((parts.clock() - takenAt) / MS), 0));
  return httpHandler<Operation, Workspace>({
    routes: ROUTES,
    headers: { "cache-control": "no-store", pragma: "no-cache" },
    authenticate: rocketchatCaller(parts),
    operations: {
      readStatistics: async ({ query }, workspace) => {
        if (!asksForRefresh(query)) {
          const latest = await readLatest(parts)(workspace);
          return jsonAnswer(statisticsBody(latest.document, workspace.rocketchat.shape), {
            "x-statistics-age": ageOf(latest),
          });
        }
        const refreshed = await refreshStatistics(parts)(workspace);
        return jsonAnswer(statisticsBody(refreshed.document, workspace.rocketchat.shape), {
          "x-refresh-status": refreshed.state,
          "x-statistics-age": ageOf(refreshed),
        });
      },
    },
    renderFailure,
    newRequestId: () => parts.secret(REQUEST_ID_CHARACTERS),
    log,
  });
};

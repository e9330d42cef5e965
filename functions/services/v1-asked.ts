import type { Workspace } from "../core/workspace.ts";
import type { ADMIN_ROUTES, ROUTES } from "../dialects/v1/routes.ts";
import type { Answer } from "../edge/answer.ts";
import type { Request, Service } from "../edge/http.ts";
import type { RequestBody } from "../edge/request-body.ts";
import type { Caller } from "./v1-caller.ts";

/** Operations that senders and readers use. */
export type V1Operation = (typeof ROUTES)[number]["operation"];
/** Each operation with what it does. */
export type V1Operations = Service<V1Operation, Caller | undefined>["operations"];

/** Operations that somebody administers with. */
export type AdminOperation = (typeof ADMIN_ROUTES)[number]["operation"];
/** Each operation with what it does. */
export type AdminOperations = Service<AdminOperation, Caller | undefined>["operations"];

/** What an operation within a workspace is given. */
export interface Asked {
  readonly request: Request;
  readonly workspace: Workspace;
  readonly caller: Caller;
  readonly body: RequestBody;
}

/** An operation within the workspace that the caller's credential decides. */
export const inWorkspace =
  (serve: (asked: Asked) => Promise<Answer>) =>
  (request: Request, caller: Caller | undefined, body: RequestBody): Promise<Answer> => {
    const workspace = caller?.workspace;
    // Only a route whose scope says otherwise than its operation comes here without one.
    if (caller === undefined || workspace === undefined)
      throw new Error(`${request.route.path} is about a workspace and got none`);
    return serve({ request, workspace, caller, body });
  };

/** Answers to a credential that nobody should keep: secrets, and what a POST did. */
export const UNKEPT = { "cache-control": "private, no-store" } as const;

/** The status of an answer that tells of something new. */
export const CREATED = 201;
/** The status of an answer without a body. */
export const NO_CONTENT = 204;

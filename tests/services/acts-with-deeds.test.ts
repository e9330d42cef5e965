import { afterAll, beforeAll, expect, it } from "vitest";
import { publicPart } from "../../cli/license/signing.ts";
import { localParts } from "../../functions/adapters/compose.ts";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { EVERY_WORKSPACE, WORKSPACE_SCOPES } from "../../functions/core/credential.ts";
import { keyIdOf } from "../../functions/core/license-key.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { createOperatorKey, createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { issueCredential } from "../../functions/tasks/issue-credential.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { createUser } from "../../functions/tasks/manage-users.ts";
import { counted } from "../support/counted.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { sending } from "../support/http.ts";
import { makeSigner } from "../support/licenses.ts";
import { withoutScrypt } from "../support/scene.ts";

const NOW = Date.parse("2026-11-21T09:30:20.500Z");

let open: OpenParts;
let parts: Parts;
let operatorKey: string;
beforeAll(async () => {
  open = await openParts({ now: NOW });
  parts = withoutScrypt(open.parts);
  operatorKey = await createOperatorKey(parts)();
});
afterAll(() => open.close());

const WRITES = /^(Put|Update|Delete|BatchWrite|TransactWrite)Items?Command$/;

/** Parts of a process that dies after so many of its writes. */
const dyingAfter = (writes: number): Parts => {
  const client = dynamoClient(open.engine.endpoint);
  let done = 0;
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        if (done >= writes) throw new Error("the process has died");
        const answer = await next(args);
        if (WRITES.test(commandName)) done++;
        return answer;
      },
    { step: "initialize", name: "dies" },
  );
  return withoutScrypt(
    localParts({
      dynamodbEndpoint: open.engine.endpoint,
      dynamodbClient: client,
      table: open.engine.table,
      archiveFolder: open.archiveFolder,
      clock: () => NOW,
      expires: true,
      graceSeconds: 180,
      cooldownSeconds: 0,
    }),
  );
};

/** An act: the request that does it, and whether it is done. */
interface Deed {
  readonly route: string;
  readonly body?: object;
  readonly isDone: () => Promise<boolean>;
  /** Where its act is kept, when not in the workspace. */
  readonly in?: string;
}

const keyNamed = async (workspace: string, label: string): Promise<string> =>
  (await issueCredential(parts)({ workspace, kind: "key", scopes: WORKSPACE_SCOPES, label })).credential.hash;
const labelsOf = async (workspace: string, group: "keys" | "tokens"): Promise<readonly string[]> =>
  (await parts.credentials.list(workspace, 100, undefined, { group })).credentials.map(({ label }) => label);
const isRevoked = async (hash: string): Promise<boolean> =>
  typeof (await open.connect().credentials.find(hash))?.revokedAt === "number";
const newUser = async (workspace: string) =>
  (await createUser(parts)(workspace, { username: `ann-${workspace}`, permissions: [] })).account;

/** By the act's name: prepares a workspace, and tells how it is done there. */
const DEEDS: Readonly<Record<string, (workspace: string) => Promise<Deed>>> = {
  "workspace.created": async (workspace) => ({
    route: "POST /v1/workspaces",
    body: { id: `${workspace}-new`, name: "New" },
    in: `${workspace}-new`,
    isDone: async () => (await parts.workspaces.find(`${workspace}-new`)) !== undefined,
  }),
  "key.created": async (workspace) => ({
    route: "POST /v1/keys",
    body: { label: "another" },
    isDone: async () => (await labelsOf(workspace, "keys")).includes("another"),
  }),
  "key.rotated": async (workspace) => ({
    route: `POST /v1/keys/${await keyNamed(workspace, "old")}/rotate`,
    body: {},
    isDone: async () => (await labelsOf(workspace, "keys")).filter((label) => label === "old").length === 2,
  }),
  "key.revoked": async (workspace) => {
    const key = await keyNamed(workspace, "old");
    return { route: `DELETE /v1/keys/${key}`, isDone: () => isRevoked(key) };
  },
  "token.created": async (workspace) => ({
    route: "POST /v1/tokens",
    body: { userId: (await newUser(workspace)).userId, name: "mine" },
    isDone: async () => (await labelsOf(workspace, "tokens")).includes("mine"),
  }),
  "token.revoked": async (workspace) => {
    const { userId } = await newUser(workspace);
    const { credential } = await issueCredential(parts)({ workspace, kind: "token", scopes: [], label: "t", userId });
    return { route: `DELETE /v1/tokens/${credential.hash}`, isDone: () => isRevoked(credential.hash) };
  },
  "user.created": async (workspace) => ({
    route: "POST /v1/users",
    body: { username: `bob-${workspace}`, permissions: [] },
    isDone: async () => (await parts.accounts.findByName(`bob-${workspace}`)) !== undefined,
  }),
  "user.password-reset": async (workspace) => {
    const { userId, passwordHash } = await newUser(workspace);
    return {
      route: `POST /v1/users/${userId}/password`,
      body: {},
      isDone: async () => (await parts.accounts.findById(workspace, userId))?.passwordHash !== passwordHash,
    };
  },
  "user.removed": async (workspace) => {
    const { userId } = await newUser(workspace);
    return {
      route: `DELETE /v1/users/${userId}`,
      isDone: async () => (await parts.accounts.findById(workspace, userId)) === undefined,
    };
  },
  "license-key.registered": async () => {
    const jwk = publicPart((await makeSigner()).key);
    return {
      route: "POST /v1/license-keys",
      body: { jwk },
      in: EVERY_WORKSPACE,
      isDone: async () => (await parts.licenseKeys.list()).some(({ id }) => id === keyIdOf(jwk)),
    };
  },
};

const EVER = { from: 0, to: NOW + 1, limit: 100 };
const CRASHED = 500;
let serial = 0;

it.each(Object.entries(DEEDS))(
  "%s is noted if and only if it is done, wherever the process dies",
  async (action, deedIn) => {
    const outcomes: boolean[] = [];
    for (let writes = 0, isOver = false; !isOver; writes++) {
      const workspace = `w${serial++}`;
      await createWorkspace(parts)({ id: workspace, name: workspace, startsAt: NOW });
      const deed = await deedIn(workspace);
      const noted = async (): Promise<number> =>
        (await parts.audit.list(deed.in ?? workspace, EVER)).acts.filter((act) => act.action === action).length;
      const before = await noted();
      const [method = "", path = ""] = deed.route.split(" ");
      const answer = await serveAdmin(
        dyingAfter(writes),
        () => undefined,
      )(
        sending(method, path, {
          headers: {
            authorization: `Bearer ${operatorKey}`,
            "x-tidemark-workspace": workspace,
            "content-type": "application/json",
          },
          ...(deed.body === undefined ? {} : { body: JSON.stringify(deed.body) }),
        }),
      );
      isOver = (answer.statusCode ?? CRASHED) < 300;
      expect([writes, answer.statusCode === CRASHED]).toEqual([writes, !isOver]);
      const isDone = await deed.isDone();
      expect([writes, await noted()]).toEqual([writes, before + (isDone ? 1 : 0)]);
      outcomes.push(isDone);
    }
    expect([outcomes[0], outcomes.at(-1)]).toEqual([false, true]);
    counted(outcomes.length, `ends of a process at ${action}`, "acts with deeds");
  },
);

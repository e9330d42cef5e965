import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ARCHIVE, ENV, type HandlerName, HANDLERS, upstreamSecrets } from "../../functions/contract.ts";
import { HOUR_MS, hourName, hourOf, MINUTE_MS } from "../../functions/core/hour.ts";
import { shareText } from "../../functions/core/share.ts";
import { createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import { bundleHandlers } from "../../infra/bundle.ts";
import { counted } from "../support/counted.ts";
import { openParts, type OpenParts } from "../support/engine.ts";
import { event, message } from "../support/events.ts";
import { jsonIn, textIn } from "../support/http.ts";
import { httpApiEvent, schedulerEvent, sqsEvent } from "../support/lambda-events.ts";
import { type LambdaProcess, startLambda } from "../support/lambda-process.ts";
import { type S3Server, startS3Server } from "../support/servers/s3-server.ts";
import { withoutScrypt } from "../support/scene.ts";
import { startSecretsServer } from "../support/servers/secrets-server.ts";
import { type SqsServer, startSqsServer } from "../support/servers/sqs-server.ts";
import { startUpstream } from "../support/servers/upstream-server.ts";
import { playRocketchat, ROCKETCHAT_TOKEN, ROCKETCHAT_USER, rocketchat8 } from "../support/servers/vendors.ts";

const GUARD = fileURLToPath(new URL("../support/no-calls-home.mjs", import.meta.url));
const BUCKET = "archive";
const NOW = Date.now();
/** The hour before this one; the workspace begins with it, so it is the only one that is over. */
const HOUR = hourOf(NOW) - 1;
const STARTED = HOUR * HOUR_MS;

let folder: string;
let bundles: Readonly<Record<HandlerName, string>>;
let store: OpenParts;
let s3: S3Server;
let sqs: SqsServer;
let credentials: FirstCredentials;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidemark-bundles-"));
  await writeFile(join(folder, "calls"), "");
  [bundles, store, s3, sqs] = await Promise.all([
    bundleHandlers(folder),
    openParts({ now: STARTED }),
    startS3Server(),
    startSqsServer(),
  ]);
  ({ credentials } = await createWorkspace(withoutScrypt(store.parts))({ id: "acme", name: "Acme" }));
});
afterAll(async () => {
  await Promise.all([store?.close(), s3?.close(), sqs?.close(), rm(folder, { recursive: true, force: true })]);
});

/** What Lambda puts into every function's environment. */
const lambdaEnv = () => ({
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "ASIATESTTESTTESTTEST",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SESSION_TOKEN: "the-session",
  AWS_ENDPOINT_URL_DYNAMODB: store.engine.endpoint,
  AWS_ENDPOINT_URL_S3: s3.endpoint,
  AWS_ENDPOINT_URL_SQS: sqs.endpoint,
  // Whatever any of them asks for beyond this machine is refused, and written down.
  NODE_OPTIONS: `--import ${GUARD}`,
  CALLS_NOTED: join(folder, "calls"),
});
const SERVES = () => ({ [ENV.table]: store.engine.table, [ENV.archiveBucket]: BUCKET });
const DISPATCHES = () => ({ [ENV.table]: store.engine.table, [ENV.workQueueUrl]: sqs.queueUrl });
const CLOSES = () => ({ ...SERVES(), ...DISPATCHES() });

const running: LambdaProcess[] = [];
const called = new Set<HandlerName>();
afterEach(async () => {
  await Promise.all(running.splice(0).map((lambda) => lambda.stop()));
});
const start = async (name: HandlerName, settings: Record<string, string>): Promise<LambdaProcess> => {
  called.add(name);
  const lambda = await startLambda(bundles[name], { ...lambdaEnv(), ...settings });
  running.push(lambda);
  return lambda;
};
const ask = async (
  lambda: LambdaProcess,
  ...request: Parameters<typeof httpApiEvent>
): Promise<APIGatewayProxyStructuredResultV2> =>
  (await lambda.invoke(httpApiEvent(...request))) as APIGatewayProxyStructuredResultV2;
const bearer = () => ({ authorization: `Bearer ${credentials.apiKey}` });

describe("the built functions, one after the other", () => {
  it("take events from an HTTP API", async () => {
    const lambda = await start("serve-v1", SERVES());
    const at = (minutes: number): number => STARTED + minutes * MINUTE_MS;
    const events = [
      event("user.changed", at(1), { id: "ann", kind: "user", active: true, status: "online" }),
      message(at(5), "ann"),
      message(at(6), "ann"),
    ];

    const taken = await ask(lambda, "POST", "/v1/events", {
      headers: { ...bearer(), "content-type": "application/json", "idempotency-key": "first" },
      body: JSON.stringify(events),
    });
    expect(taken).toMatchObject({ statusCode: 200 });
    expect(jsonIn(taken)).toMatchObject({ accepted: 3 });
  });

  it("spread the hourly run over the queue, as of the time that the schedule says", async () => {
    const lambda = await start("dispatch-hours", DISPATCHES());
    const scheduledTime = new Date(NOW).toISOString();

    expect(await lambda.invoke(schedulerEvent(scheduledTime))).toBeUndefined();
    expect(sqs.messages).toEqual([
      { body: shareText({ workspaces: ["acme"], now: NOW, attempt: 1 }), delaySeconds: 0 },
    ]);
    expect(lambda.lines()).toEqual([{ event: "HoursDispatched", now: scheduledTime, workspaces: 1, messages: 1 }]);
  });

  it("sign with the credentials of the environment, session included", () => {
    const [request] = sqs.requests;

    expect(request?.headers["authorization"]).toContain("Credential=ASIATESTTESTTESTTEST/");
    expect(request?.headers["x-amz-security-token"]).toBe("the-session");
  });

  it("close the hour that the message is about, and archive it", async () => {
    const lambda = await start("close-hours", CLOSES());

    expect(await lambda.invoke(sqsEvent(sqs.messages))).toEqual({ batchItemFailures: [] });
    expect([...s3.objects.keys()]).toEqual([`${BUCKET}/${ARCHIVE.statistics("acme", hourName(HOUR))}`]);
    expect(lambda.lines()).toMatchObject([
      { event: "HourClosed", workspace: "acme", hour: hourName(HOUR), revision: 0, publication: 1 },
      { event: "HoursClosed", workspaces: 1, failed: 0, closed: 1, restated: 0, queued: 0 },
    ]);
  });

  it("look what there is to compact", async () => {
    const lambda = await start("compact-days", CLOSES());
    const body = shareText({ workspaces: ["acme"], now: NOW, attempt: 1 });

    expect(await lambda.invoke(sqsEvent([{ body, messageId: "one" }]))).toEqual({ batchItemFailures: [] });
    expect(lambda.lines()).toMatchObject([{ event: "DaysCompacted", workspaces: 1, failed: 0, queued: 0 }]);
  });

  it("look what there is to follow", async () => {
    const lambda = await start("follow-hours", CLOSES());
    const body = shareText({ workspaces: ["acme"], now: NOW, attempt: 1 });

    expect(await lambda.invoke(sqsEvent([{ body, messageId: "one" }]))).toEqual({ batchItemFailures: [] });
    expect(lambda.lines()).toMatchObject([{ event: "HoursFollowed", workspaces: 1, failed: 0, queued: 0 }]);
  });

  it("give the statistics back in our own dialect", async () => {
    const lambda = await start("serve-v1", SERVES());

    const read = await ask(lambda, "GET", `/v1/snapshots/${hourName(HOUR)}`, { headers: bearer() });
    expect(read).toMatchObject({ statusCode: 200, headers: { "content-type": "application/json" } });
    expect(jsonIn(read)).toMatchObject({ workspace: "acme" });
    expect(
      Buffer.from(s3.objects.get(`${BUCKET}/${ARCHIVE.statistics("acme", hourName(HOUR))}`) ?? []).toString(),
    ).toBe(read.body);
  });

  it("administer beside it, in the same words", async () => {
    const lambda = await start("serve-admin", SERVES());

    expect(await ask(lambda, "GET", "/v1/definitions")).toMatchObject({ statusCode: 200 });
    expect(await ask(lambda, "GET", "/v1/workspaces", { headers: bearer() })).toMatchObject({
      statusCode: 403,
      headers: { "content-type": "application/problem+json" },
    });
  });

  it("give the statistics back as Rocket.Chat does", async () => {
    const lambda = await start("serve-rocketchat", SERVES());
    const { userId, authToken } = credentials.rocketchat;

    const read = await ask(lambda, "GET", "/api/v1/statistics", {
      headers: { "x-user-id": userId, "x-auth-token": authToken },
    });
    expect(read).toMatchObject({ statusCode: 200 });
    expect(jsonIn(read)).toMatchObject({ success: true, statistics: { totalMessages: 2 } });
  });

  it("give the statistics back as IMKit does", async () => {
    const lambda = await start("serve-imkit", SERVES());

    const read = await ask(lambda, "GET", "/admin/stats", { headers: { "im-api-key": credentials.imkit.apiKey } });
    expect(read).toMatchObject({ statusCode: 200 });
    expect(jsonIn(read)).toMatchObject({ RC: 0 });
  });
});

describe("a polled workspace in the built functions", () => {
  it("is asked with what Secrets Manager keeps, by who is told where, and that is in no answer and no log", async () => {
    const [secrets, server] = await Promise.all([startSecretsServer(), startUpstream()]);
    try {
      server.play(playRocketchat(() => rocketchat8(NOW)));
      const upstream = { url: server.url, refresh: true, allowPrivate: true };
      const { credentials: own } = await createWorkspace(withoutScrypt(store.parts))({ id: "polled", name: "Polled" });
      await store.parts.workspaces.change("polled", (workspace) => ({ ...workspace, source: "rocketchat", upstream }));
      const polls = {
        ...SERVES(),
        [ENV.upstreamSecrets]: upstreamSecrets("Tidemark"),
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
      };
      const admin = await start("serve-admin", polls);
      const keep = await ask(admin, "PUT", "/v1/workspace/upstream-credential", {
        headers: { "x-api-key": own.apiKey, "content-type": "application/json" },
        body: JSON.stringify({ userId: ROCKETCHAT_USER, authToken: ROCKETCHAT_TOKEN }),
      });
      expect(keep.statusCode).toBe(204);
      expect([...secrets.secrets.keys()]).toEqual(["tidemark/Tidemark/upstream/polled"]);

      const refresh = async (settings: Record<string, string>) => {
        const lambda = await start("serve-v1", { ...settings, [ENV.refreshCooldownSeconds]: "0" });
        const answered = await ask(lambda, "POST", "/v1/statistics/refresh", { headers: { "x-api-key": own.apiKey } });
        expect(`${textIn(answered)}${JSON.stringify(lambda.lines())}`).not.toContain(ROCKETCHAT_TOKEN);
        return [answered.statusCode, jsonIn(answered)];
      };
      expect(await refresh(SERVES())).toMatchObject([502, { type: "/problems/upstream-failed" }]);
      expect(await refresh(polls)).toMatchObject([200, { users: { total: 120 } }]);
    } finally {
      await Promise.all([secrets.close(), server.close()]);
    }
  });
});

describe("a built function that is called in an odd way", () => {
  it("dispatches as of now when the scheduled time was not filled in", async () => {
    const lambda = await start("dispatch-hours", DISPATCHES());
    sqs.messages.length = 0;

    await lambda.invoke(schedulerEvent("<aws.scheduler.scheduled-time>"));
    const { now } = JSON.parse(sqs.messages[0]?.body ?? "{}") as { now: number };
    expect(now).toBeGreaterThanOrEqual(NOW);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it("fails a dispatch, in one line, when the queue turns messages down", async () => {
    const lambda = await start("dispatch-hours", DISPATCHES());
    sqs.refuse = () => ({ Code: "AccessDenied", Message: "not yours", SenderFault: true });

    await expect(lambda.invoke(schedulerEvent(new Date(NOW).toISOString()))).rejects.toThrow("AccessDenied not yours");
    expect(lambda.lines()).toMatchObject([{ event: "RunFailed" }]);
    sqs.refuse = () => undefined;
  });

  it("reports the messages that make no sense or fail for good, and those alone", async () => {
    const lambda = await start("close-hours", CLOSES());
    sqs.messages.length = 0;

    const share = (workspace: string, attempt: number): string =>
      shareText({ workspaces: [workspace], now: NOW, attempt });
    const result = await lambda.invoke(
      sqsEvent([
        { body: "Test message.", messageId: "senseless" },
        { body: share("nobody", 3), messageId: "given-up" },
        { body: share("nobody", 1), messageId: "queued-again" },
        { body: share("acme", 1), messageId: "fine" },
      ]),
    );
    expect(result).toEqual({
      batchItemFailures: [{ itemIdentifier: "senseless" }, { itemIdentifier: "given-up" }],
    });
    expect(sqs.messages).toEqual([{ body: share("nobody", 2), delaySeconds: 30 }]);
    expect(lambda.lines()).toMatchObject([
      { event: "MessageFailed", messageId: "senseless", message: "the message is no JSON" },
      { event: "WorkspaceFailed", workspace: "nobody", attempt: 3, isGivenUp: true },
      { event: "HoursClosed", failed: 1, queued: 0 },
      { event: "MessageFailed", messageId: "given-up", message: "gave up on nobody" },
      { event: "WorkspaceFailed", workspace: "nobody", attempt: 1, isGivenUp: false },
      { event: "HoursClosed", failed: 1, queued: 1 },
      { event: "HoursClosed", failed: 0, queued: 0 },
    ]);
  });

  it("answers in the dialect's words what it can't serve", async () => {
    const lambda = await start("serve-v1", SERVES());

    expect(await ask(lambda, "GET", "/v1/statistics")).toMatchObject({
      statusCode: 401,
      headers: { "content-type": "application/problem+json" },
    });
    expect(await ask(lambda, "GET", "/v1/nothing")).toMatchObject({ statusCode: 404 });
  });

  it.each([
    ["dispatch-hours", "TIDEMARK_TABLE is not set; TIDEMARK_WORK_QUEUE_URL is not set."],
    ["serve-imkit", "TIDEMARK_TABLE is not set; TIDEMARK_ARCHIVE_BUCKET is not set."],
  ] as const)("does not start as %s without its settings, and names them", async (name, complaint) => {
    await expect(start(name, {})).rejects.toThrow(`These settings are wrong: ${complaint}`);
  });
});

describe("all of them", () => {
  it("reached nobody but the servers that they were given", async () => {
    expect([...called].toSorted()).toEqual([...HANDLERS].toSorted());
    expect(await readFile(join(folder, "calls"), "utf8")).toBe("");
    counted(called.size, "built functions under the guard", "calls nobody");
  });
});

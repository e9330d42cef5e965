import { randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { secretUpstreamCredentials } from "../../../functions/adapters/secretsmanager/upstream-credentials.ts";
import type { KeptUpstreamCredential } from "../../../functions/ports/upstream-credentials.ts";
import { upstreamCredentialsContract } from "../../contracts/upstream-credentials.contract.ts";
import { startSecretsServer } from "../../support/servers/secrets-server.ts";
import { IMKIT_KEY } from "../../support/servers/vendors.ts";

const clientAt = (endpoint: string): SecretsManagerClient =>
  new SecretsManagerClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "tidemark", secretAccessKey: "tidemark" },
  });

/** On the server that TIDEMARK_TEST_SECRETS names, or on one in this process. */
upstreamCredentialsContract("Secrets Manager", async () => {
  const named = process.env["TIDEMARK_TEST_SECRETS"];
  const server = named === undefined ? await startSecretsServer() : undefined;
  const client = clientAt(named ?? server?.endpoint ?? "");
  return {
    credentials: secretUpstreamCredentials({
      client,
      prefix: `tidemark/${randomUUID()}/upstream/`,
      pause: async () => undefined,
    }),
    close: async () => {
      client.destroy();
      await server?.close();
    },
  };
});

const KEPT: KeptUpstreamCredential = {
  origin: "https://app.example.org",
  credential: { kind: "imkit", apiKey: IMKIT_KEY },
};
const told = { message: "told", $metadata: {} };

describe("answers that only AWS gives", () => {
  const client = new SecretsManagerClient({ region: "us-east-1" });
  const aws = mockClient(client);
  let pauses: number[];
  beforeEach(() => {
    aws.reset();
    pauses = [];
  });
  afterEach(() => {
    aws.reset();
  });
  const credentials = secretUpstreamCredentials({
    client,
    prefix: "tidemark/Tidemark/upstream/",
    pause: async (attempt) => {
      pauses.push(attempt);
    },
  });

  it("waits for the name of a secret that was just removed", async () => {
    aws.on(PutSecretValueCommand).rejects(new ResourceNotFoundException(told));
    aws
      .on(CreateSecretCommand)
      .rejectsOnce(new InvalidRequestException(told))
      .rejectsOnce(new InvalidRequestException(told))
      .resolves({});
    await credentials.keep("acme", KEPT);
    expect(pauses).toEqual([1, 2]);
    expect(aws.commandCalls(CreateSecretCommand).at(-1)?.args[0].input).toMatchObject({
      Name: "tidemark/Tidemark/upstream/acme",
      SecretString: JSON.stringify(KEPT),
    });
  });

  it("gives up on a name that does not get free, and names it without what was to be kept", async () => {
    aws.on(PutSecretValueCommand).rejects(new ResourceNotFoundException(told));
    aws.on(CreateSecretCommand).rejects(new ResourceExistsException(told));
    const failure = await credentials.keep("acme", KEPT).catch((error: unknown) => error);
    expect(String(failure)).toContain("tidemark/Tidemark/upstream/acme");
    expect(String((failure as Error).stack)).not.toContain(IMKIT_KEY);
    expect(pauses).toHaveLength(7);
  });

  it("takes back a secret that somebody deleted by hand, and puts the new one into it", async () => {
    aws.on(PutSecretValueCommand).rejectsOnce(new InvalidRequestException(told)).resolves({});
    aws.on(RestoreSecretCommand).resolves({});
    aws.on(CreateSecretCommand).rejects(new ResourceExistsException(told));
    await credentials.keep("acme", KEPT);
    expect(aws.commandCalls(RestoreSecretCommand)).toHaveLength(1);
    expect(aws.commandCalls(PutSecretValueCommand)).toHaveLength(2);
  });

  it("finds none in one that is on its way out, nor in one that was never made", async () => {
    aws
      .on(GetSecretValueCommand)
      .rejectsOnce(new InvalidRequestException(told))
      .rejectsOnce(new ResourceNotFoundException(told));
    expect([await credentials.find("acme"), await credentials.find("acme")]).toEqual([undefined, undefined]);
  });

  it("says that one can't be read, and nothing of what it holds", async () => {
    aws.on(GetSecretValueCommand).resolves({ SecretString: `{"apiKey": ${IMKIT_KEY}}` });
    const failure = await credentials.find("acme").catch((error: unknown) => error);
    expect(String(failure)).toContain("the upstream credential of acme can't be read");
    expect(String((failure as Error).stack)).not.toContain(IMKIT_KEY);
  });

  it("passes on what it can't mend", async () => {
    const denied = Object.assign(new Error("not yours"), { name: "AccessDeniedException" });
    aws.on(GetSecretValueCommand).rejects(denied);
    aws.on(PutSecretValueCommand).rejects(denied);
    await expect(credentials.find("acme")).rejects.toThrow("not yours");
    await expect(credentials.keep("acme", KEPT)).rejects.toThrow("not yours");
  });
});

import { randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { managedSigningSecrets } from "../../../functions/adapters/secretsmanager/signing-secrets.ts";
import { signingSecretsContract } from "../../contracts/signing-secrets.contract.ts";
import { startSecretsServer } from "../../support/servers/secrets-server.ts";

/** On the server that TIDEMARK_TEST_SECRETS names, or on one in this process. */
signingSecretsContract("Secrets Manager", async () => {
  const named = process.env["TIDEMARK_TEST_SECRETS"];
  const server = named === undefined ? await startSecretsServer() : undefined;
  const client = new SecretsManagerClient({
    endpoint: named ?? server?.endpoint ?? "",
    region: "us-east-1",
    credentials: { accessKeyId: "tidemark", secretAccessKey: "tidemark" },
  });
  return {
    secrets: managedSigningSecrets({ client, prefix: `tidemark/${randomUUID()}/upstream/` }),
    close: async () => {
      client.destroy();
      await server?.close();
    },
  };
});

const told = { message: "told", $metadata: {} };

describe("signing secrets in AWS", () => {
  const client = new SecretsManagerClient({ region: "us-east-1" });
  const aws = mockClient(client);
  const secrets = managedSigningSecrets({ client, prefix: "tidemark/Tidemark/upstream/" });
  const NAME = "tidemark/Tidemark/upstream/acme/webhook/c1";
  beforeEach(() => {
    aws.reset();
  });

  it("lie under the names that the deployment's functions may use", async () => {
    aws.on(CreateSecretCommand).resolves({});
    await secrets.keep("acme", "c1", "whsec_one");
    expect(aws.commandCalls(CreateSecretCommand)[0]?.args[0].input).toMatchObject({
      Name: NAME,
      SecretString: "whsec_one",
    });
  });

  it("are removed without days to think better of it", async () => {
    aws.on(DeleteSecretCommand).resolves({});
    await secrets.remove("acme", "c1");
    expect(aws.commandCalls(DeleteSecretCommand)[0]?.args[0].input).toEqual({
      SecretId: NAME,
      ForceDeleteWithoutRecovery: true,
    });
  });

  it.each([
    ["was never made", new ResourceNotFoundException(told)],
    ["is on its way out", new InvalidRequestException(told)],
  ])("are none where one %s", async (_, error) => {
    aws.on(GetSecretValueCommand).rejects(error);
    aws.on(DeleteSecretCommand).rejects(error);
    expect(await secrets.find("acme", "c1")).toBeUndefined();
    await expect(secrets.remove("acme", "c1")).resolves.toBeUndefined();
  });

  it("pass on what they can't mend", async () => {
    const denied = Object.assign(new Error("not yours"), { name: "AccessDeniedException" });
    aws.on(CreateSecretCommand).rejects(denied);
    aws.on(GetSecretValueCommand).rejects(denied);
    aws.on(DeleteSecretCommand).rejects(denied);
    await expect(secrets.keep("acme", "c1", "whsec_one")).rejects.toThrow("not yours");
    await expect(secrets.find("acme", "c1")).rejects.toThrow("not yours");
    await expect(secrets.remove("acme", "c1")).rejects.toThrow("not yours");
  });
});

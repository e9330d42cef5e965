import { randomUUID } from "node:crypto";
import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { managedPeopleKeys } from "../../../functions/adapters/secretsmanager/people-keys.ts";
import { peopleKeysContract } from "../../contracts/people-keys.contract.ts";
import { startSecretsServer } from "../../support/servers/secrets-server.ts";

/** On the server that TIDEMARK_TEST_SECRETS names, or on one in this process. */
peopleKeysContract("Secrets Manager", async () => {
  const named = process.env["TIDEMARK_TEST_SECRETS"];
  const server = named === undefined ? await startSecretsServer() : undefined;
  const client = new SecretsManagerClient({
    endpoint: named ?? server?.endpoint ?? "",
    region: "us-east-1",
    credentials: { accessKeyId: "tidemark", secretAccessKey: "tidemark" },
  });
  return {
    keys: managedPeopleKeys({ client, prefix: `tidemark/${randomUUID()}/upstream/` }),
    close: async () => {
      client.destroy();
      await server?.close();
    },
  };
});

describe("answers that only AWS gives", () => {
  const client = new SecretsManagerClient({ region: "us-east-1" });
  const keys = managedPeopleKeys({ client, prefix: "tidemark/Tidemark/upstream/" });

  it("finds none in one that is on its way out, removes it once more, and passes on what it can't mend", async () => {
    const aws = mockClient(client);
    const leaving = new InvalidRequestException({ message: "told", $metadata: {} });
    aws.on(GetSecretValueCommand, { SecretId: "tidemark/Tidemark/upstream/acme/people" }).rejectsOnce(leaving);
    aws.on(DeleteSecretCommand).rejectsOnce(leaving);
    expect(await keys.find("acme")).toBeUndefined();
    await keys.remove("acme");
    aws.onAnyCommand().rejects(Object.assign(new Error("not yours"), { name: "AccessDeniedException" }));
    await expect(keys.find("acme")).rejects.toThrow("not yours");
    await expect(keys.make("acme", "first")).rejects.toThrow("not yours");
    await expect(keys.remove("acme")).rejects.toThrow("not yours");
    aws.restore();
  });
});

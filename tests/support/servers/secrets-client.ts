import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { startSecretsServer } from "./secrets-server.ts";

/** A client of the Secrets Manager that TIDEMARK_TEST_SECRETS names, or of one in this process. */
export const openSecrets = async (): Promise<{ client: SecretsManagerClient; close: () => Promise<void> }> => {
  const named = process.env["TIDEMARK_TEST_SECRETS"];
  const server = named === undefined ? await startSecretsServer() : undefined;
  const client = new SecretsManagerClient({
    endpoint: named ?? server?.endpoint ?? "",
    region: "us-east-1",
    credentials: { accessKeyId: "tidemark", secretAccessKey: "tidemark" },
  });
  return {
    client,
    close: async () => {
      client.destroy();
      await server?.close();
    },
  };
};

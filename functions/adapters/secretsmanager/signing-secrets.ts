import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { SigningSecrets } from "../../ports/delivering.ts";

/** Where a deployment's secrets lie: names of all of them begin so. */
export interface Safe {
  readonly client: SecretsManagerClient;
  readonly prefix: string;
}

/** A client for AWS as the environment says, or for an endpoint of one's own. */
export const secretsClient = (): SecretsManagerClient => new SecretsManagerClient();

/** Signing secrets in AWS Secrets Manager, one for each webhook. */
export const managedSigningSecrets = ({ client, prefix }: Safe): SigningSecrets => {
  const nameOf = (workspace: string, channel: string): string => `${prefix}/${workspace}/webhook/${channel}`;
  return {
    async keep(workspace, channel, secret) {
      const name = nameOf(workspace, channel);
      try {
        await client.send(
          new CreateSecretCommand({ Name: name, SecretString: secret, Description: "Signs webhooks of Tidemark" }),
        );
      } catch (error) {
        if (!(error instanceof ResourceExistsException)) throw error;
        await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: secret }));
      }
    },

    async find(workspace, channel) {
      try {
        const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: nameOf(workspace, channel) }));
        return SecretString;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },

    async remove(workspace, channel) {
      try {
        await client.send(
          new DeleteSecretCommand({ SecretId: nameOf(workspace, channel), ForceDeleteWithoutRecovery: true }),
        );
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
  };
};

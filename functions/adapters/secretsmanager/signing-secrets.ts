import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ResourceNotFoundException,
} from "@aws-sdk/client-secrets-manager";
import type { SigningSecrets } from "../../ports/delivering.ts";
import type { SecretStore } from "./upstream-credentials.ts";

/** There is none, or it is on its way out: AWS says the second as an invalid request. */
const isGone = (error: unknown): boolean =>
  error instanceof ResourceNotFoundException || error instanceof InvalidRequestException;

/** Signing secrets in AWS Secrets Manager, one for each webhook. Ids of channels are never used again, nor are names. */
export const managedSigningSecrets = ({ client, prefix }: Pick<SecretStore, "client" | "prefix">): SigningSecrets => {
  const nameOf = (workspace: string, channel: string): string => `${prefix}${workspace}/webhook/${channel}`;
  return {
    async keep(workspace, channel, secret) {
      const Description = "What Tidemark signs a webhook with";
      await client.send(
        new CreateSecretCommand({ Name: nameOf(workspace, channel), Description, SecretString: secret }),
      );
    },

    async find(workspace, channel) {
      try {
        const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: nameOf(workspace, channel) }));
        return SecretString;
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },

    async remove(workspace, channel) {
      try {
        const SecretId = nameOf(workspace, channel);
        await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
  };
};

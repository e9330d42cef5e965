import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ResourceExistsException,
  ResourceNotFoundException,
} from "@aws-sdk/client-secrets-manager";
import type { PeopleKeys } from "../../ports/people-keys.ts";
import type { SecretStore } from "./upstream-credentials.ts";

/** There is none, or it is on its way out: AWS says the second as an invalid request. */
const isGone = (error: unknown): boolean =>
  error instanceof ResourceNotFoundException || error instanceof InvalidRequestException;

/** Keys in AWS Secrets Manager, one for each workspace that hashes. Ids of workspaces are never used again. */
export const managedPeopleKeys = ({ client, prefix }: Pick<SecretStore, "client" | "prefix">): PeopleKeys => {
  const nameOf = (workspace: string): string => `${prefix}${workspace}/people`;
  return {
    async make(workspace, key) {
      const Description = "What Tidemark hashes ids of people with; without it old hashes are of nobody";
      try {
        await client.send(new CreateSecretCommand({ Name: nameOf(workspace), Description, SecretString: key }));
      } catch (error) {
        if (!(error instanceof ResourceExistsException)) throw error;
      }
    },

    async find(workspace) {
      try {
        const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: nameOf(workspace) }));
        return SecretString;
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },

    async remove(workspace) {
      try {
        await client.send(new DeleteSecretCommand({ SecretId: nameOf(workspace), ForceDeleteWithoutRecovery: true }));
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
  };
};

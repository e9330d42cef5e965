import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { parsedJson } from "../../core/upstream-answer.ts";
import type { KeptUpstreamCredential, UpstreamCredentials } from "../../ports/upstream-credentials.ts";

/** Where secrets are, and what the names of ours begin with. */
export interface SecretStore {
  readonly client: SecretsManagerClient;
  readonly prefix: string;
  /** Waits a little longer each time, by chance. */
  readonly pause: (attempt: number) => Promise<void>;
}

/** A client for AWS, or for what the environment names instead. */
export const secretsManagerClient = (endpoint?: string): SecretsManagerClient =>
  new SecretsManagerClient(endpoint === undefined ? {} : { endpoint });

/** Tries of keeping; a secret that was just removed keeps its name for some seconds. */
const TRIES = 8;

/** There is none, or it is on its way out: AWS says the second as an invalid request. */
const isGone = (error: unknown): boolean =>
  error instanceof ResourceNotFoundException || error instanceof InvalidRequestException;

/**
 * Credentials of polled servers in AWS Secrets Manager, a secret for each workspace. AWS encrypts them with the
 * account's own key, and its audit trail names who read which.
 */
export const secretUpstreamCredentials = ({ client, prefix, pause }: SecretStore): UpstreamCredentials => {
  const nameOf = (workspace: string): string => `${prefix}${workspace}`;

  /** @returns false when there is no such secret to put it into. */
  const put = async (SecretId: string, SecretString: string): Promise<boolean> => {
    try {
      await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
      return true;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      if (!(error instanceof InvalidRequestException)) throw error;
    }
    // Somebody deleted it by hand, with days to think better of it.
    try {
      await client.send(new RestoreSecretCommand({ SecretId }));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    return false;
  };

  /** @returns false when another is being made under the name, or the last one is not quite gone. */
  const create = async (Name: string, SecretString: string): Promise<boolean> => {
    try {
      const Description = "What Tidemark asks a chat server with";
      await client.send(new CreateSecretCommand({ Name, Description, SecretString }));
      return true;
    } catch (error) {
      if (error instanceof ResourceExistsException || error instanceof InvalidRequestException) return false;
      throw error;
    }
  };

  return {
    async keep(workspace, kept) {
      const name = nameOf(workspace);
      const text = JSON.stringify(kept);
      for (let attempt = 1; !(await put(name, text)) && !(await create(name, text)); attempt++) {
        if (attempt === TRIES) throw new Error(`the secret ${name} can't be written: its name is not free yet`);
        await pause(attempt);
      }
    },

    async find(workspace) {
      let text: string | undefined;
      try {
        ({ SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: nameOf(workspace) })));
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
      // Without the parser's own words: what it quotes might be the secret.
      const kept = parsedJson(text ?? "") as KeptUpstreamCredential | undefined;
      if (kept === undefined) throw new Error(`the upstream credential of ${workspace} can't be read`);
      return kept;
    },

    async remove(workspace) {
      try {
        // At once: whoever takes a credential away wants it gone, and can give it again.
        await client.send(new DeleteSecretCommand({ SecretId: nameOf(workspace), ForceDeleteWithoutRecovery: true }));
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
  };
};

import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A small Secrets Manager in this process, in the JSON protocol that AWS's clients speak. */
export interface SecretsServer {
  readonly endpoint: string;
  /** Values by name. */
  readonly secrets: Map<string, string>;
  /** Called for every request; the name of an error that it returns is told instead. */
  refuse: (operation: string) => string | undefined;
  readonly close: () => Promise<void>;
}

interface Asked {
  readonly Name?: string;
  readonly SecretId?: string;
  readonly SecretString?: string;
}

const jsonOf = async (request: IncomingMessage): Promise<Asked> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Asked;
};

/** Starts a {@link SecretsServer} without a secret on a free port. */
export const startSecretsServer = async (): Promise<SecretsServer> => {
  const secrets = new Map<string, string>();
  const answers: Readonly<Record<string, (name: string, asked: Asked) => string | object>> = {
    CreateSecret: (name, { SecretString = "" }) => {
      if (secrets.has(name)) return "ResourceExistsException";
      secrets.set(name, SecretString);
      return { Name: name };
    },
    PutSecretValue: (name, { SecretString = "" }) => {
      if (!secrets.has(name)) return "ResourceNotFoundException";
      secrets.set(name, SecretString);
      return { Name: name };
    },
    GetSecretValue: (name) =>
      secrets.has(name) ? { Name: name, SecretString: secrets.get(name) } : "ResourceNotFoundException",
    RestoreSecret: (name) => (secrets.has(name) ? { Name: name } : "ResourceNotFoundException"),
    DeleteSecret: (name) => (secrets.delete(name) ? { Name: name } : "ResourceNotFoundException"),
  };
  const server = createServer((request, response) => {
    const operation = String(request.headers["x-amz-target"]).replace("secretsmanager.", "");
    const answerTo = (asked: Asked): void => {
      const answer = secretsServer.refuse(operation) ?? answers[operation]?.(asked.Name ?? asked.SecretId ?? "", asked);
      const isFault = typeof answer !== "object";
      response
        .writeHead(isFault ? 400 : 200, { "content-type": "application/x-amz-json-1.1" })
        .end(JSON.stringify(isFault ? { __type: answer ?? "UnknownOperationException", message: "refused" } : answer));
    };
    jsonOf(request)
      .then(answerTo)
      .catch((failure: unknown) => response.destroy(failure as Error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const secretsServer: SecretsServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets,
    refuse: () => undefined,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return secretsServer;
};

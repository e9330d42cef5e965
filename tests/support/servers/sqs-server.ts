import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A message as it was sent. */
export interface SentMessage {
  readonly body: string;
  readonly delaySeconds: number;
}

/** Why a message of a batch is turned down. */
export interface Refusal {
  readonly Code: string;
  readonly Message: string;
  readonly SenderFault: boolean;
}

/** A small SQS in this process: one queue that takes batches, in the JSON protocol that AWS's clients speak. */
export interface SqsServer {
  readonly endpoint: string;
  readonly queueUrl: string;
  /** Every message taken, in order. */
  readonly messages: SentMessage[];
  /** Ids of each batch that came, and the headers it came with. */
  readonly requests: { readonly ids: readonly string[]; readonly headers: IncomingHttpHeaders }[];
  /** Called for every message; what it returns is told instead of taking the message. */
  refuse: (message: SentMessage) => Refusal | undefined;
  readonly close: () => Promise<void>;
}

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
}

const MOST_ENTRIES = 10;

const jsonOf = async (request: IncomingMessage): Promise<{ readonly QueueUrl: string; readonly Entries: Entry[] }> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as { QueueUrl: string; Entries: Entry[] };
};

/** Starts an {@link SqsServer} with an empty queue on a free port. */
export const startSqsServer = async (): Promise<SqsServer> => {
  const take = ({
    Id,
    MessageBody,
    DelaySeconds = 0,
  }: Entry): { readonly refused?: object; readonly taken?: object } => {
    const message = { body: MessageBody, delaySeconds: DelaySeconds };
    const refusal = sqs.refuse(message);
    if (refusal !== undefined) return { refused: { Id, ...refusal } };
    sqs.messages.push(message);
    const MD5OfMessageBody = createHash("md5").update(MessageBody).digest("hex");
    return { taken: { Id, MessageId: randomUUID(), MD5OfMessageBody } };
  };

  const answerTo = async (request: IncomingMessage): Promise<{ readonly status: number; readonly body: object }> => {
    const { QueueUrl, Entries } = await jsonOf(request);
    const fault = (type: string): { status: number; body: object } => ({
      status: 400,
      body: { __type: `com.amazonaws.sqs#${type}`, message: type },
    });
    if (request.headers["x-amz-target"] !== "AmazonSQS.SendMessageBatch") return fault("UnsupportedOperation");
    if (QueueUrl !== sqs.queueUrl) return fault("QueueDoesNotExist");
    if (Entries.length > MOST_ENTRIES) return fault("TooManyEntriesInBatchRequest");
    sqs.requests.push({ ids: Entries.map(({ Id }) => Id), headers: request.headers });
    const done = Entries.map(take);
    return {
      status: 200,
      body: {
        Successful: done.flatMap(({ taken }) => taken ?? []),
        Failed: done.flatMap(({ refused }) => refused ?? []),
      },
    };
  };

  const server = createServer((request, response) => {
    answerTo(request)
      .then(({ status, body }) =>
        response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body)),
      )
      .catch((failure: unknown) => response.destroy(failure as Error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sqs: SqsServer = {
    endpoint,
    queueUrl: `${endpoint}/123456789012/work`,
    messages: [],
    requests: [],
    refuse: () => undefined,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return sqs;
};

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A small S3 in this process: path style, whole objects, conditional writes; enough for a real client over HTTP. */
export interface S3Server {
  readonly endpoint: string;
  /** Objects by bucket and key, `‹bucket›/‹key›`. */
  readonly objects: Map<string, Uint8Array>;
  /** Every request answered, as `PUT ‹bucket›/‹key›`. */
  readonly requests: string[];
  /** Called when a request has come whole and before it is done; a test may do what another client would do meanwhile. */
  before: (request: string) => void | Promise<void>;
  /** Cuts the connection instead of answering the next so many requests, which are done all the same. */
  answersToLose: number;
  readonly close: () => Promise<void>;
}

/** Starts an empty {@link S3Server} on a free port. Every bucket exists. */
export const startS3Server = async (): Promise<S3Server> => {
  const objects = new Map<string, Uint8Array>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((failure: unknown) => {
      response.destroy(failure instanceof Error ? failure : new Error(String(failure)));
    });
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const name = decodeURIComponent(new URL(request.url ?? "/", "http://s3").pathname.slice(1));
    const body = await bodyOf(request);
    const line = `${request.method} ${name}`;
    requests.push(line);
    await s3.before(line);
    const reply = replyTo(request, name, body);
    if (s3.answersToLose > 0) {
      s3.answersToLose--;
      response.destroy();
      return;
    }
    response.writeHead(reply.status, { "content-length": reply.body.length, ...reply.headers });
    response.end(request.method === "HEAD" ? undefined : reply.body);
  };

  const replyTo = (request: IncomingMessage, name: string, body: Buffer): Reply => {
    const object = objects.get(name);
    const { searchParams } = new URL(request.url ?? "/", "http://s3");
    if (request.method === "GET" && searchParams.has("prefix")) {
      const bucket = name.replace(/\/$/, "");
      const prefix = `${bucket}/${searchParams.get("prefix")}`;
      const keys = [...objects.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(bucket.length + 1))
        .toSorted();
      const delimiter = searchParams.get("delimiter");
      if (delimiter !== null) return foldersReply(keys, searchParams.get("prefix") ?? "", delimiter);
      return listReply(searchParams.has("versions") ? "Version" : "Contents", keys);
    }
    if (request.method === "DELETE") {
      objects.delete(name);
      return { status: 204, headers: {}, body: Buffer.alloc(0) };
    }
    if (request.method === "GET" || request.method === "HEAD")
      return object === undefined
        ? errorReply(404, "NoSuchKey", "The specified key does not exist.")
        : { status: 200, headers: { etag: etagOf(object) }, body: Buffer.from(object) };
    if (request.method !== "PUT") return errorReply(405, "MethodNotAllowed", `${request.method} is not served here.`);
    const { "if-match": match, "if-none-match": noneMatch } = request.headers;
    if (match !== undefined && object === undefined) return errorReply(404, "NoSuchKey", "There is nothing to match.");
    if (
      (match !== undefined && object !== undefined && match !== etagOf(object)) ||
      (noneMatch === "*" && object !== undefined)
    )
      return errorReply(412, "PreconditionFailed", "At least one of the preconditions did not hold.");
    objects.set(name, new Uint8Array(body));
    return { status: 200, headers: { etag: etagOf(body) }, body: Buffer.alloc(0) };
  };

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const s3: S3Server = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    requests,
    before: () => undefined,
    answersToLose: 0,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return s3;
};

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

const etagOf = (bytes: Uint8Array): string => `"${createHash("md5").update(bytes).digest("hex")}"`;

const errorReply = (status: number, code: string, message: string): Reply => ({
  status,
  headers: { "content-type": "application/xml" },
  body: Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  ),
});

/** A list of objects, or of their versions, of which each has one; on a single page. */
const listReply = (element: "Contents" | "Version", keys: readonly string[]): Reply => {
  const lines = keys.map(
    (key) =>
      `<${element}><Key>${key}</Key><VersionId>null</VersionId><LastModified>${new Date().toISOString()}</LastModified></${element}>`,
  );
  const list = element === "Version" ? "ListVersionsResult" : "ListBucketResult";
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: Buffer.from(`<${list}><IsTruncated>false</IsTruncated>${lines.join("")}</${list}>`),
  };
};

const foldersReply = (keys: readonly string[], prefix: string, delimiter: string): Reply => {
  const folders = keys.flatMap((key) => {
    const end = key.indexOf(delimiter, prefix.length);
    return end < 0 ? [] : [key.slice(0, end + delimiter.length)];
  });
  const lines = [...new Set(folders)].map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`);
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: Buffer.from(`<ListBucketResult><IsTruncated>false</IsTruncated>${lines.join("")}</ListBucketResult>`),
  };
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const sent = Buffer.concat(chunks);
  return request.headers["content-encoding"]?.includes("aws-chunked") === true ? unframed(sent) : sent;
};

/** The content of a body in chunks of its own (`‹length in hexadecimal›[;signature]CRLF…`), which streams are sent in. */
const unframed = (sent: Buffer): Buffer => {
  const parts: Buffer[] = [];
  for (let at = 0; at < sent.length;) {
    const lineEnd = sent.indexOf("\r\n", at);
    const length = Number.parseInt(sent.subarray(at, lineEnd).toString(), 16);
    if (Number.isNaN(length) || length === 0) break;
    parts.push(sent.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
  return Buffer.concat(parts);
};

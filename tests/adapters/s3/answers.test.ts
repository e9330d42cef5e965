import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { s3Archive } from "../../../functions/adapters/s3/archive.ts";
import { ARCHIVE } from "../../../functions/contract.ts";
import { hourName } from "../../../functions/core/hour.ts";
import type { Archive } from "../../../functions/ports/archive.ts";
import { type S3Server, startS3Server } from "../../support/servers/s3-server.ts";
import { SAMPLE_HOUR } from "../../support/samples.ts";

const BUCKET = "archive";
const CREDENTIALS = { accessKeyId: "tidemark", secretAccessKey: "tidemark" };
const STATISTICS = ARCHIVE.statistics("acme", hourName(SAMPLE_HOUR));
const superseded = (revision: number): string => ARCHIVE.superseded("acme", hourName(SAMPLE_HOUR), revision);
const documentOf = (revision: number): Uint8Array => new Uint8Array(Buffer.from(`{"revision":${revision}}\n`));
const write = (archive: Archive, revision: number): Promise<void> =>
  archive.write("acme", SAMPLE_HOUR, revision, documentOf(revision));

describe("the archive in S3, when others are at it", () => {
  let server: S3Server;
  let client: S3Client;
  let archive: Archive;
  beforeEach(async () => {
    server = await startS3Server();
    client = new S3Client({
      endpoint: server.endpoint,
      forcePathStyle: true,
      region: "us-east-1",
      credentials: CREDENTIALS,
    });
    archive = s3Archive({ client, name: BUCKET });
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });
  const place = (key: string, revision: number): void => {
    server.objects.set(`${BUCKET}/${key}`, documentOf(revision));
  };
  const objects = (): Record<string, string> =>
    Object.fromEntries(
      [...server.objects].map(([name, bytes]) => [name.slice(BUCKET.length + 1), Buffer.from(bytes).toString().trim()]),
    );

  it("takes one request for a first revision", async () => {
    await write(archive, 0);
    expect(server.requests).toEqual([`PUT ${BUCKET}/${STATISTICS}`]);
  });

  it("leaves a later revision that comes between its reading and its writing", async () => {
    await write(archive, 0);
    server.before = (request) => {
      if (request !== `PUT ${BUCKET}/${STATISTICS}`) return;
      server.before = () => undefined;
      place(superseded(0), 0);
      place(superseded(1), 1);
      place(STATISTICS, 2);
    };
    await write(archive, 1);
    expect(objects()).toEqual({
      [STATISTICS]: '{"revision":2}',
      [superseded(0)]: '{"revision":0}',
      [superseded(1)]: '{"revision":1}',
    });
  });

  it("leaves a later revision that comes before the first one is written", async () => {
    server.before = () => {
      server.before = () => undefined;
      place(superseded(0), 0);
      place(STATISTICS, 1);
    };
    await write(archive, 0);
    expect(objects()).toEqual({ [STATISTICS]: '{"revision":1}', [superseded(0)]: '{"revision":0}' });
  });

  it.each([0, 1, 2])("ends the same when the answer to request %i of a write is lost", async (lost) => {
    await write(archive, 0);
    let request = 0;
    server.before = () => {
      if (request++ === lost) server.answersToLose = 1;
    };
    await write(archive, 1);
    expect(objects()).toEqual({ [STATISTICS]: '{"revision":1}', [superseded(0)]: '{"revision":0}' });
  });
});

describe("answers that S3 gives only at times", () => {
  const client = new S3Client({ region: "us-east-1", credentials: CREDENTIALS });
  const s3 = mockClient(client);
  const archive = s3Archive({ client, name: BUCKET });
  const failure = (name: string, httpStatusCode: number): S3ServiceException =>
    new S3ServiceException({ name, $fault: "client", message: name, $metadata: { httpStatusCode } });
  beforeEach(() => {
    s3.reset();
  });

  const absent = new NoSuchKey({ message: "none", $metadata: { httpStatusCode: 404 } });

  it.each([
    ["ConditionalRequestConflict", 409],
    ["PreconditionFailed", 412],
  ])("looks and writes again after %s: somebody was first", async (name, status) => {
    s3.on(PutObjectCommand).rejectsOnce(failure(name, status)).resolves({});
    s3.on(GetObjectCommand).rejects(absent);
    await write(archive, 0);
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(2);
    expect(s3.commandCalls(GetObjectCommand)).toHaveLength(1);
  });

  it("gives up when others are faster for ever", async () => {
    s3.on(PutObjectCommand).rejects(failure("ConditionalRequestConflict", 409));
    s3.on(GetObjectCommand).rejects(absent);
    await expect(write(archive, 0)).rejects.toThrow(STATISTICS);
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(10);
  });

  it.each([
    ["AccessDenied", 403],
    ["NoSuchBucket", 404],
    ["SlowDown", 503],
  ])("does not take %s for an empty archive, nor for somebody who was first", async (name, status) => {
    s3.on(GetObjectCommand).rejects(failure(name, status));
    s3.on(PutObjectCommand).rejects(failure(name, status));
    await expect(archive.read("acme", SAMPLE_HOUR)).rejects.toMatchObject({ name });
    await expect(write(archive, 0)).rejects.toMatchObject({ name });
    await expect(write(archive, 1)).rejects.toMatchObject({ name });
  });
});

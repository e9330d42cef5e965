import { randomUUID } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { s3Archive } from "../../../functions/adapters/s3/archive.ts";
import { s3Archived } from "../../../functions/adapters/s3/archived.ts";
import { s3BlobStore } from "../../../functions/adapters/s3/blob-store.ts";
import { archiveContract, type ArchiveStore } from "../../contracts/archive.contract.ts";
import { startS3Server } from "../../support/servers/s3-server.ts";

const BUCKET = "archive";
const clientFor = (endpoint: string): S3Client =>
  new S3Client({
    endpoint,
    forcePathStyle: true,
    region: process.env["AWS_REGION"] ?? "us-east-1",
    ...(process.env["AWS_ACCESS_KEY_ID"] === undefined
      ? { credentials: { accessKeyId: "tidemark", secretAccessKey: "tidemark" } }
      : {}),
  });
const partsOf = (client: S3Client, name: string): Pick<ArchiveStore, "archive" | "archived" | "blobs"> => ({
  archive: s3Archive({ client, name }),
  archived: s3Archived({ client, name }),
  blobs: s3BlobStore({ client, name }),
});

const openInTest = async (): Promise<ArchiveStore> => {
  const server = await startS3Server();
  const clients = [clientFor(server.endpoint)];
  const connect = (): Pick<ArchiveStore, "archive" | "archived" | "blobs"> => {
    const client = clientFor(server.endpoint);
    clients.push(client);
    return partsOf(client, BUCKET);
  };
  return {
    ...connect(),
    connect,
    place: async (key, bytes) => {
      server.objects.set(`${BUCKET}/${key}`, bytes);
    },
    keys: async () => [...server.objects.keys()].map((name) => name.slice(BUCKET.length + 1)).toSorted(),
    close: async () => {
      for (const client of clients) client.destroy();
      await server.close();
    },
  };
};

const openOn = (endpoint: string) => async (): Promise<ArchiveStore> => {
  const client = clientFor(endpoint);
  const name = `test-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: name }));
  const keys = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: name }))
      found.push(...Contents.map(({ Key }) => Key ?? ""));
    return found.toSorted();
  };
  return {
    ...partsOf(client, name),
    connect: () => partsOf(clientFor(endpoint), name),
    place: async (key, bytes) => {
      await client.send(new PutObjectCommand({ Bucket: name, Key: key, Body: bytes }));
    },
    keys,
    close: async () => {
      for (const key of await keys()) await client.send(new DeleteObjectCommand({ Bucket: name, Key: key }));
      await client.send(new DeleteBucketCommand({ Bucket: name }));
      client.destroy();
    },
  };
};

const named = process.env["TIDEMARK_TEST_S3"];
archiveContract(
  named === undefined
    ? "in S3 (a server of the test's own; TIDEMARK_TEST_S3 names no real one)"
    : "in S3 (a server of the test's own)",
  openInTest,
);
if (named !== undefined) archiveContract(`in S3 at ${named}`, openOn(named));

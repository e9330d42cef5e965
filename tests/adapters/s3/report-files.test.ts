import { randomUUID } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import { s3ReportFiles } from "../../../functions/adapters/s3/archive.ts";
import { reportFilesContract, type ReportStore } from "../../contracts/report-files.contract.ts";
import { startS3Server } from "../../support/servers/s3-server.ts";

const clientFor = (endpoint: string): S3Client =>
  new S3Client({
    endpoint,
    forcePathStyle: true,
    region: process.env["AWS_REGION"] ?? "us-east-1",
    ...(process.env["AWS_ACCESS_KEY_ID"] === undefined
      ? { credentials: { accessKeyId: "tidemark", secretAccessKey: "tidemark" } }
      : {}),
  });

const openInTest = async (): Promise<ReportStore> => {
  const server = await startS3Server();
  const client = clientFor(server.endpoint);
  const bucket = { client, name: "archive" };
  return {
    files: s3ReportFiles(bucket),
    connect: () => s3ReportFiles(bucket),
    keys: async () => [...server.objects.keys()].map((name) => name.slice("archive/".length)).toSorted(),
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
};

const openOn = (endpoint: string) => async (): Promise<ReportStore> => {
  const client = clientFor(endpoint);
  const bucket = { client, name: `test-${randomUUID()}` };
  await client.send(new CreateBucketCommand({ Bucket: bucket.name }));
  const keys = async (): Promise<string[]> => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket.name }));
    return Contents.map(({ Key }) => Key ?? "").toSorted();
  };
  return {
    files: s3ReportFiles(bucket),
    connect: () => s3ReportFiles(bucket),
    keys,
    close: async () => {
      for (const Key of await keys()) await client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key }));
      await client.send(new DeleteBucketCommand({ Bucket: bucket.name }));
      client.destroy();
    },
  };
};

const named = process.env["TIDEMARK_TEST_S3"];
reportFilesContract(
  named === undefined ? "in S3" : `in S3 at ${named}`,
  named === undefined ? openInTest : openOn(named),
);

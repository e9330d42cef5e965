import { mkdtemp, readFile, rm } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { TABLE } from "../../functions/contract.ts";
import { exampleIn, type Ran, runCommand } from "../support/command.ts";
import { type Engine, openEngine } from "../support/engine.ts";
import { type S3Server, startS3Server } from "../support/servers/s3-server.ts";

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "tidemark", AWS_SECRET_ACCESS_KEY: "tidemark", AWS_REGION: "us-east-1" };

let engine: Engine;
let s3: S3Server;
let client: DynamoDBClient;
let folder: string;
const made: string[] = [];
beforeAll(async () => {
  [engine, s3, folder] = await Promise.all([
    openEngine(),
    startS3Server(),
    mkdtemp(join(tmpdir(), "tidemark-provision-")),
  ]);
  client = dynamoClient(engine.endpoint);
});
afterAll(async () => {
  for (const TableName of made) await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
  await Promise.all([engine.close(), s3.close(), rm(folder, { recursive: true, force: true })]);
});

const newName = (): string => {
  const name = `provisioned-${randomUUID()}`;
  made.push(name);
  return name;
};
const emulators = () => ({
  ...CREDENTIALS,
  AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
  AWS_ENDPOINT_URL_S3: s3.endpoint,
});
const run = (args: readonly string[], env: Readonly<Record<string, string>> = emulators()): Promise<Ran> =>
  runCommand(args, { cwd: folder, env });
const provision = (table: string, ...more: readonly string[]): Promise<Ran> =>
  run(["operator", "provision", "--table", table, "--bucket", table, "--json", ...more]);

describe("tidemark operator provision", () => {
  it("makes a table and a bucket, and then finds them", async () => {
    const table = newName();

    const [first, again] = [await provision(table), await provision(table)];
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));

    expect(JSON.parse(first.stdout)).toEqual({ table, tableMade: true, bucket: table, bucketMade: true });
    expect(JSON.parse(again.stdout)).toEqual({ table, tableMade: false, bucket: table, bucketMade: false });
    expect([first.stderr, again.stderr]).toEqual(["", ""]);
    expect(TimeToLiveDescription?.AttributeName).toBe(TABLE.ttlAttribute);
  });

  it("makes what every command works on, with nothing but the endpoints of AWS's clients", async () => {
    const table = newName();
    await provision(table);
    const store = ["--table", table, "--bucket", table];

    const first = await run([
      "operator",
      "bootstrap",
      "team",
      "--name",
      "Team",
      "--table",
      table,
      "--out",
      "team.json",
    ]);
    const closed = await run(["close", "--workspace", "team", ...store]);
    const verified = await run(["verify", "--workspace", "team", ...store]);
    const migrated = await run(["workspace", "migrate", "--json", ...store]);

    for (const { code, stderr } of [first, closed, verified, migrated])
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(await readFile(join(folder, "team.json"), "utf8"))).toMatchObject({ workspace: "team" });
    expect(JSON.parse(migrated.stdout)).toMatchObject({ migrated: 0, current: 1 });
  });

  it("refuses a table of another shape, and leaves it as it is", async () => {
    const table = newName();
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      }),
    );

    const { code, stderr } = await provision(table);

    expect(code).toBe(1);
    expect(stderr).toBe(
      `The table ${table} has the keys id HASH N, not pk HASH S, sk RANGE S: it is another program's. Name another.\n`,
    );
  });

  it.each([
    ["no emulator", CREDENTIALS, [], /Name the emulator with --endpoint or AWS_ENDPOINT_URL; on AWS itself/],
    ["an address that is none", CREDENTIALS, ["--endpoint", "localhost"], /«localhost» is no address such as/],
  ])("does nothing with %s, and ends with 2", async (_what, env, more, told) => {
    const { code, stderr } = await run(["operator", "provision", ...more], env);

    expect(code).toBe(2);
    expect(stderr).toMatch(told);
  });

  it("says that nobody is there", async () => {
    const { code, stderr } = await run(["operator", "provision", "--endpoint", "http://127.0.0.1:1"], CREDENTIALS);

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^AWS can't be reached \(/) as string });
  });

  it("has an example that names its options as they are", async () => {
    const { stdout } = await run(["operator", "provision", "--help"]);

    expect(exampleIn(stdout)).toEqual([
      "operator",
      "provision",
      "--endpoint",
      "http://127.0.0.1:4566",
      "--table",
      "tidemark",
      "--bucket",
      "tidemark",
    ]);
  });
});

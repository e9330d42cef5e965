import { afterAll, describe, expect, inject, it } from "vitest";
import { CEPH_USER, startCeph } from "./ceph.ts";
import { type Server, startMoto } from "./moto.ts";

/** Suites by what they are about; each loads the files that hold them. */
export type Suites = Readonly<Record<string, () => Promise<unknown>>>;

/** What could not be fetched is not tried again in every file. */
const need = (name: string): void => {
  const reason = inject("missing")[name];
  if (reason !== undefined) throw new Error(reason);
};

const nowhere = (): Promise<void> => Promise.resolve();

/** A moto of this file's own, with whatever AWS has for telling people and machines. */
export const openMoto = async (): Promise<Server> => {
  need("moto");
  return startMoto();
};

/** The DynamoDB that TIDEMARK_TEST_DYNAMODB names, or a moto of this file's own. */
export const openDynamodb = async (): Promise<Server> => {
  const named = process.env["TIDEMARK_TEST_DYNAMODB"];
  if (named !== undefined) return { name: named, endpoint: named, stop: nowhere };
  need("moto");
  const moto = await startMoto();
  process.env["TIDEMARK_TEST_DYNAMODB"] = moto.endpoint;
  return moto;
};

/** The Secrets Manager that TIDEMARK_TEST_SECRETS names, or a moto of this file's own. */
export const openSecrets = async (): Promise<Server> => {
  const named = process.env["TIDEMARK_TEST_SECRETS"];
  if (named !== undefined) return { name: named, endpoint: named, stop: nowhere };
  need("moto");
  const moto = await startMoto();
  process.env["TIDEMARK_TEST_SECRETS"] = moto.endpoint;
  return moto;
};

/** The S3 that TIDEMARK_TEST_S3 names, with the credentials of the environment, or a Ceph of this file's own. */
export const openS3 = async (): Promise<Server> => {
  const named = process.env["TIDEMARK_TEST_S3"];
  if (named !== undefined) return { name: named, endpoint: named, stop: nowhere };
  need("Ceph");
  const ceph = await startCeph();
  process.env["TIDEMARK_TEST_S3"] = ceph.endpoint;
  process.env["AWS_ACCESS_KEY_ID"] = CEPH_USER.accessKeyId;
  process.env["AWS_SECRET_ACCESS_KEY"] = CEPH_USER.secretAccessKey;
  return ceph;
};

/** Runs suites on servers, which are stopped after the last; a server that can't be had fails each of them by name. */
export const runOn = async (open: readonly (() => Promise<Server>)[], suites: Suites): Promise<void> => {
  const servers: Server[] = [];
  afterAll(async () => {
    for (const server of servers) await server.stop();
  });
  try {
    for (const one of open) servers.push(await one());
  } catch (failure) {
    const message = (failure as Error).message.trim().replaceAll(/\s+/g, " ").slice(0, 500);
    for (const about of Object.keys(suites))
      it(`${about} can't run here: ${message}`, () => {
        expect.fail(message);
      });
    return;
  }
  for (const [about, load] of Object.entries(suites))
    describe(`${about}, on ${servers.map(({ name }) => name).join(" and ")}`, async () => {
      await load();
    });
};

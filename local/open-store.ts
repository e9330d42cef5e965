import { localParts } from "../functions/adapters/compose.ts";
import { createBucket } from "../functions/adapters/s3/bucket.ts";
import { errorOf } from "../functions/core/thrown.ts";
import type { Parts } from "../functions/tasks/parts.ts";
import type { LocalClock } from "./clock.ts";
import { type Engine, startEngine } from "./engine.ts";
import { Mishap } from "./mishap.ts";
import { placesIn } from "./places.ts";
import type { RuntimeOptions } from "./runtime-options.ts";

/** The workspace that a new data folder has. */
export const DEMO = "demo";

const dieWithEngine = (): void => {
  process.stderr.write(
    "The database engine ended on its own, so Tidemark ends, too. What was acknowledged is safe; start again.\n",
  );
  process.exit(1);
};

/** The database engine of a data folder: one of its own, unless the environment names another. */
export const engineFor = async (folder: string, { surroundings, onEngineDeath }: RuntimeOptions): Promise<Engine> => {
  const endpoint = surroundings?.dynamodbEndpoint;
  return endpoint === undefined
    ? startEngine({ folder, onDeath: onEngineDeath ?? dieWithEngine })
    : { endpoint, name: "DynamoDB", version: "", stop: () => Promise.resolve() };
};

/** An hour that can't be archived can't close, so this has to be known at the start. */
export const makeBucket = async (endpoint: string, bucket: string): Promise<void> => {
  try {
    await createBucket(endpoint, bucket);
  } catch (error) {
    const { name, message } = errorOf(error);
    throw new Mishap(
      `The bucket ${bucket} at ${endpoint} can't be used (${name}: ${message}). ` +
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY have to be good there, and TIDEMARK_ARCHIVE_BUCKET names another one.",
      { cause: error },
    );
  }
};

/** What the services are given, on this machine. */
export const partsFor = (
  folder: string,
  engine: Engine,
  clock: LocalClock,
  { drill, surroundings = {} }: RuntimeOptions,
): Parts => localParts(placesIn(folder, engine.endpoint, surroundings, { clock: clock.now, expires: !drill }));

import { CreateBucketCommand, HeadBucketCommand, NotFound } from "@aws-sdk/client-s3";
import { s3Client } from "./archive.ts";

/**
 * Makes a bucket at an endpoint of one's own, unless it is there; a deployment's is made by `infra/`.
 * @returns whether it was made.
 */
export const createBucket = async (endpoint: string, name: string): Promise<boolean> => {
  const client = s3Client(endpoint);
  try {
    await client.send(new HeadBucketCommand({ Bucket: name }));
    return false;
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    await client.send(new CreateBucketCommand({ Bucket: name }));
    return true;
  } finally {
    client.destroy();
  }
};

import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { keptJson } from "../../functions/core/kept-json.ts";
import { writeWhole } from "../../local/whole-file.ts";

/** Objects fetched at once. */
const AT_ONCE = 16;

interface Wanted {
  readonly key: string;
  readonly etag: string;
}

/** Tags of what was fetched before, by key. */
const readTags = async (path: string): Promise<Record<string, string>> => {
  try {
    return keptJson<Record<string, string>>(await readFile(path, "utf8"));
  } catch {
    return {};
  }
};

const exists = async (path: string): Promise<boolean> => {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
};

const fetchOne = async (client: S3Client, bucket: string, key: string, path: string): Promise<void> => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, (await Body?.transformToByteArray()) ?? new Uint8Array());
};

/** Fetches a bucket's objects under some prefixes into a folder, under their keys; what has not changed is left. */
export const fetchArchive = async (
  { client, bucket, folder }: { readonly client: S3Client; readonly bucket: string; readonly folder: string },
  prefixes: readonly string[],
  onProgress: (fetched: number, of: number) => void,
): Promise<void> => {
  const tagsPath = join(folder, "fetched.json");
  const tags = await readTags(tagsPath);
  const wanted: Wanted[] = [];
  for (const prefix of prefixes)
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
      for (const { Key: key = "", ETag: etag = "" } of Contents)
        if (!key.split("/").includes("..") && (tags[key] !== etag || !(await exists(join(folder, key)))))
          wanted.push({ key, etag });
  await mkdir(folder, { recursive: true });
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    onProgress(at, wanted.length);
    await Promise.all(
      wanted.slice(at, at + AT_ONCE).map(async ({ key, etag }) => {
        await fetchOne(client, bucket, key, join(folder, key));
        tags[key] = etag;
      }),
    );
  }
  await writeWhole(tagsPath, `${JSON.stringify(tags)}\n`);
};

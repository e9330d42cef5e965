import { open, rename } from "node:fs/promises";

/** Writes a whole file or leaves the old one: beside it first, onto the disk, then in its place. For its owner only. */
export const writeWhole = async (path: string, text: string): Promise<void> => {
  const beside = `${path}.part`;
  const file = await open(beside, "w", 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
};

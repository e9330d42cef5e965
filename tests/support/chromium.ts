import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import chromium, { inflate } from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/**
 * Arguments of the package that tests must not have: two switch off what protects a page in a user's browser; as a
 * single process, which Lambda needs, the browser ends with the first page that is closed.
 */
const UNWANTED = new Set(["--disable-web-security", "--allow-running-insecure-content", "--single-process"]);

/**
 * Starts the Chromium that comes inside `@sparticuz/chromium`, with the libraries and fonts that come with it, so that
 * neither a browser nor a library has to be installed and text is as wide on every machine. The caller closes it.
 */
export const openChromium = async (): Promise<Browser> => {
  const folder = await unpacked();
  return await playwright.launch({
    executablePath: join(folder, "chromium"),
    args: [...chromium.args.filter((one) => !UNWANTED.has(one)), "--disable-background-networking"],
    headless: true,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, "al2023", "lib"),
      FONTCONFIG_FILE: join(folder, "fonts.conf"),
    },
  });
};

const ARCHIVES = ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"];

/** The folder with the unpacked browser; unpacks it first if this version was never unpacked. */
const unpacked = async (): Promise<string> => {
  const home = packageFolder();
  const { version } = JSON.parse(await readFile(join(home, "package.json"), "utf8")) as { version: string };
  const cache = join(home, "..", "..", ".cache", "tidemark");
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;

  // Two test files may start at once, and a run may be killed half-way: only a whole folder gets the final name.
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, "draft-"));
  await inTemporaryFolder(draft, () => Promise.all(ARCHIVES.map((one) => inflate(join(home, "bin", one)))));
  await writeFile(join(draft, "fonts.conf"), fontsConfiguration(folder));
  try {
    await rename(draft, folder);
  } catch (failure) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw failure;
  }
  return folder;
};

const packageFolder = (): string => dirname(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")));

/** Runs `work` with another temporary folder: the package unpacks nowhere else, and takes what it finds there as whole. */
const inTemporaryFolder = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
};

/** The package's own configuration looks in places where only a Lambda function has its fonts. */
const fontsConfiguration = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;

import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { errorOf } from "../../functions/core/thrown.ts";
import { FAILED } from "../exit-codes.ts";
import { addServerOptions, asAdministrator, type ServerFlags } from "../server.ts";
import { Misuse } from "../misuse.ts";
import { addKeygen, addKeys } from "./license-keys.ts";
import { addSign } from "./license-sign.ts";

interface Flags extends ServerFlags {
  readonly json: boolean;
}

/** What `licenses.info` tells an administrator. */
interface Info {
  readonly license?: {
    readonly information: { readonly id: string };
    readonly validation: {
      readonly validPeriods: readonly { readonly validFrom?: string; readonly validUntil?: string }[];
    };
  };
  readonly tags: readonly { readonly name: string }[];
  readonly activeModules: readonly string[];
  readonly limits: Readonly<Record<string, { readonly max: number; readonly value?: number }>>;
  readonly hasValidLicense: boolean;
}

const listed = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(", "));

const limitsIn = ({ limits }: Info): string =>
  listed(
    Object.entries(limits)
      .filter(([, { max }]) => max >= 0)
      .map(([name, { max, value }]) => `${name} ${value === undefined ? "" : `${value} of `}${max}`),
  );

const inWords = (info: Info): string => {
  const { license, tags, activeModules, hasValidLicense } = info;
  if (license === undefined) return "No licence is applied.\n";
  const { validFrom, validUntil } = license.validation.validPeriods[0] ?? {};
  return `Licence ${license.information.id}: ${hasValidLicense ? "valid" : "not valid"}

  valid    ${validFrom === undefined ? "from its beginning" : `from ${validFrom}`} ${validUntil === undefined ? "without end" : `until ${validUntil}`}
  tags     ${listed(tags.map(({ name }) => name))}
  modules  ${listed(activeModules)}
  limits   ${limitsIn(info)}
`;
};

const infoFrom = async (flags: Flags): Promise<Info> => {
  const ask = await asAdministrator(flags);
  return (await ask<{ readonly license: Info }>("GET", "/api/v1/licenses.info?loadValues=true")).license;
};

const show = async (flags: Flags): Promise<void> => {
  const info = await infoFrom(flags);
  process.stdout.write(flags.json ? `${JSON.stringify(info)}\n` : inWords(info));
  if (!info.hasValidLicense) process.exitCode = FAILED;
};

const textIn = async (file: string): Promise<string> => {
  try {
    return (file === "-" ? await text(process.stdin) : await readFile(file, "utf8")).trim();
  } catch (error) {
    throw new Misuse(`${file} can't be read: ${errorOf(error).message}.`, { cause: error });
  }
};

const apply = async (file: string, flags: Flags): Promise<void> => {
  const license = await textIn(file);
  const ask = await asAdministrator(flags);
  await ask("POST", "/api/v1/licenses.add", { license });
  const info = await infoFrom(flags);
  process.stdout.write(flags.json ? `${JSON.stringify(info)}\n` : `Applied. ${inWords(info)}`);
};

/** Adds `license` and its commands. */
export const addLicense = (program: Command): void => {
  const license = program
    .command("license")
    .summary("licences that switch modules on")
    .description("licences that you sign, and that switch modules on")
    .addHelpText("after", "\nExample:\n  tidemark license show");
  addKeygen(license);
  addKeys(license);
  addSign(license);
  addServerOptions(
    license
      .command("apply")
      .description("apply a licence to a workspace; one that is refused leaves the one before working")
      .argument("<file>", "the signed text; - for standard input"),
  )
    .option("--json", "tell the licence as JSON", false)
    .addHelpText("after", "\nExample:\n  tidemark license apply license.txt")
    .action(apply);
  addServerOptions(license.command("show").description("tell which licence a workspace has, and what it gives"))
    .option("--json", "tell it as JSON", false)
    .addHelpText("after", "\nEnds with 1 when no licence is valid now.\n\nExample:\n  tidemark license show")
    .action(show);
};

import { randomUUID } from "node:crypto";
import { type Command, InvalidArgumentError, Option } from "commander";
import { isoOf, parseInstant } from "../../functions/core/instant.ts";
import { isLimit, isModule, type License, type LicenseTag, LIMITS, MODULES } from "../../functions/core/license.ts";
import { Misuse } from "../misuse.ts";

interface Flags {
  readonly key: string;
  readonly workspace?: string;
  readonly tag: readonly LicenseTag[];
  readonly module: readonly string[];
  readonly limit: Readonly<Record<string, number>>;
  readonly validFrom?: number;
  readonly validUntil?: number;
  readonly grantedTo?: string;
  readonly json: boolean;
}

const TAG_COLOR = "#2563eb";

/** Licences name their times in whole seconds. */
const wholeSeconds = (instant: number): number => Math.floor(instant / 1_000) * 1_000;

const instantOption = (text: string): number => {
  const instant = parseInstant(text);
  if (instant === undefined) throw new InvalidArgumentError("Give an instant such as 2027-01-01T00:00:00Z.");
  return wholeSeconds(instant);
};

const tagOption = (text: string, before: readonly LicenseTag[]): readonly LicenseTag[] => {
  const [, name = "", color = TAG_COLOR] = /^(.+?)(?::(#[\da-f]{6}))?$/i.exec(text) ?? [];
  if (name === "" || name.length > 200) throw new InvalidArgumentError("Give a name, or name:#rrggbb.");
  return [...before, { name, color }];
};

const moduleOption = (text: string, before: readonly string[]): readonly string[] => {
  if (!isModule(text)) throw new InvalidArgumentError(`Give vendor.name, or one of: ${MODULES.join(", ")}.`);
  return before.includes(text) ? before : [...before, text];
};

const limitOption = (text: string, before: Readonly<Record<string, number>>): Readonly<Record<string, number>> => {
  const [, name = "", most = ""] = /^(\w+)=(-1|\d{1,15})$/.exec(text) ?? [];
  if (!isLimit(name)) throw new InvalidArgumentError(`Give name=n, -1 for no limit; names are ${LIMITS.join(", ")}.`);
  return { ...before, [name]: Number(most) };
};

const sign = async (flags: Flags): Promise<void> => {
  const { workspace, validFrom, validUntil, grantedTo, tag, module, limit } = flags;
  // Loaded late: most commands sign nothing.
  const { keyIn, signLicense } = await import("../license/signing.ts");
  const { key, isPrivate } = await keyIn(flags.key);
  if (!isPrivate) throw new Misuse(`${flags.key} holds the public part alone, which can't sign.`);
  if (validFrom !== undefined && validUntil !== undefined && validFrom >= validUntil)
    throw new Misuse(`--valid-until ${isoOf(validUntil)} is not after --valid-from ${isoOf(validFrom)}.`);
  const license: Omit<License, "text"> = {
    id: randomUUID(),
    issuedAt: wholeSeconds(Date.now()),
    tags: tag,
    modules: module,
    limits: limit,
    validFrom: validFrom ?? null,
    validUntil: validUntil ?? null,
    workspace: workspace ?? null,
    grantedTo: grantedTo ?? null,
  };
  const text = await signLicense(key, license);
  process.stdout.write(flags.json ? `${JSON.stringify({ id: license.id, license: text })}\n` : `${text}\n`);
};

const repeated = (flags: string, description: string): Option => new Option(flags, `${description}; repeat for more`);

/** Adds `license sign`. */
export const addSign = (license: Command): void => {
  license
    .command("sign")
    .description("sign a licence and print its text")
    .requiredOption("--key <file>", "the private key, as keygen wrote it")
    .option("--workspace <id>", "whom it is for, by id or deployment id (default: any workspace)")
    .addOption(repeated("--module <name>", "a module it grants").argParser(moduleOption).default([], "none"))
    .addOption(
      repeated("--tag <name[:color]>", "a word for its plan, as Pro:#2563eb").argParser(tagOption).default([], "none"),
    )
    .addOption(
      repeated("--limit <name=n>", "most of something, as activeUsers=50").argParser(limitOption).default({}, "none"),
    )
    .option("--valid-from <instant>", "not valid before (default: at once)", instantOption)
    .option("--valid-until <instant>", "not valid from then on (default: without end)", instantOption)
    .option("--granted-to <name>", "whom it was granted to")
    .option("--json", "tell id and text as JSON", false)
    .addHelpText(
      "after",
      `
Asks no server: it can be signed anywhere. A server takes it that has the key's public part.

Example:
  tidemark license sign --key license-key.json --workspace demo --tag Pro --module auditing`,
    )
    .action(sign);
};

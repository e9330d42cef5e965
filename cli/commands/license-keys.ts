import { type Command, Option } from "commander";
import { LICENSE_ALGORITHMS, type LicenseAlgorithm } from "../../functions/core/license-claims.ts";
import type { PublicJwk } from "../../functions/core/license-key.ts";
import { handOver } from "../handover.ts";
import { addServerOptions, asOperator, type ServerFlags } from "../server.ts";
import type { SigningKey } from "../license/signing.ts";

/** Loaded late: most commands sign nothing. */
const signing = () => import("../license/signing.ts");

interface RegisteredKey {
  readonly id: string;
  readonly algorithm: LicenseAlgorithm;
}

const register = async (flags: ServerFlags, jwk: PublicJwk): Promise<RegisteredKey> =>
  (await asOperator(flags))<RegisteredKey>("POST", "/v1/license-keys", { jwk });

interface MakeFlags extends ServerFlags {
  readonly out?: string;
  readonly algorithm: LicenseAlgorithm;
  readonly printPublic: boolean;
  readonly json: boolean;
}

const nextOf = (publicKey: PublicJwk, { out, printPublic }: MakeFlags): string => {
  const sign = `tidemark license sign --key ${out ?? "‹file›"} --workspace ‹id› --module auditing`;
  if (!printPublic) return `Next, sign a licence with it:\n  ${sign}\n`;
  return `Its public part, for \`tidemark license keys add\` or POST /v1/license-keys:\n${JSON.stringify(publicKey)}\n`;
};

const make = async (flags: MakeFlags): Promise<void> => {
  const { out, json, printPublic, algorithm } = flags;
  const { makeSigningKey, publicPart } = await signing();
  // Before anything is made: without a server there is nobody to trust the key.
  const operator = printPublic ? undefined : await asOperator(flags);
  await handOver<SigningKey>({
    out,
    json,
    make: async () => {
      const key = await makeSigningKey(algorithm);
      await operator?.("POST", "/v1/license-keys", { jwk: publicPart(key) });
      return key;
    },
    done: `A key to sign licences with is made${printPublic ? "" : ", and registered"}.`,
    next: (key) => nextOf(publicPart(key), flags),
    harmless: (key) => ({ id: key.kid, algorithm, publicKey: publicPart(key), isRegistered: !printPublic }),
  });
};

/** Adds `license keygen`. */
export const addKeygen = (license: Command): void => {
  const keygen = license
    .command("keygen")
    .description("make a key that signs licences; the server is given its public part alone")
    .option("--out <file>", "put the private key into a new file, for you alone (mode 600)")
    .addOption(new Option("--algorithm <name>", "how it signs").choices(LICENSE_ALGORITHMS).default("EdDSA"))
    .option("--print-public", "register it nowhere, and print the public part", false);
  addServerOptions(keygen)
    .option("--json", "tell the result as JSON", false)
    .addHelpText("after", "\nExample:\n  tidemark license keygen --out license-key.json")
    .action(make);
};

interface Flags extends ServerFlags {
  readonly json: boolean;
}

const list = async (flags: Flags): Promise<void> => {
  const { keys } = await (
    await asOperator(flags)
  )<{ readonly keys: readonly RegisteredKey[] }>("GET", "/v1/license-keys");
  const lines = keys.map(({ id, algorithm }) => `${id}  ${algorithm}\n`).join("");
  const words = keys.length === 0 ? "No key is registered: make one with `tidemark license keygen`.\n" : lines;
  process.stdout.write(flags.json ? `${JSON.stringify(keys)}\n` : words);
};

const add = async (file: string, flags: Flags): Promise<void> => {
  const { keyIn, publicPart } = await signing();
  const { key } = await keyIn(file);
  const { id } = await register(flags, publicPart(key));
  process.stdout.write(flags.json ? `${JSON.stringify({ id })}\n` : `The key ${id} is registered.\n`);
};

const remove = async (id: string, flags: Flags): Promise<void> => {
  await (
    await asOperator(flags)
  )("DELETE", `/v1/license-keys/${encodeURIComponent(id)}`);
  const words = `The key ${id} is trusted no longer; licences that were applied stay.\n`;
  process.stdout.write(flags.json ? `${JSON.stringify({ id })}\n` : words);
};

const asJson = (command: Command): Command =>
  addServerOptions(command).option("--json", "tell the result as JSON", false);

/** Adds `license keys` and its commands. */
export const addKeys = (license: Command): void => {
  const keys = license
    .command("keys")
    .description("the public keys that a server checks licences with")
    .addHelpText("after", "\nExample:\n  tidemark license keys list");
  asJson(keys.command("list").description("list them"))
    .addHelpText("after", "\nExample:\n  tidemark license keys list")
    .action(list);
  asJson(keys.command("add").description("register the public part of a key").argument("<file>", "a JSON Web Key"))
    .addHelpText("after", "\nExample:\n  tidemark license keys add license-key.json")
    .action(add);
  // A thumbprint may begin with a dash; whatever is no option of ours is the id.
  asJson(keys.command("remove").description("trust a key no longer").argument("<id>", "as `list` tells it"))
    .allowUnknownOption()
    .addHelpText("after", "\nExample:\n  tidemark license keys remove kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    .action(remove);
};

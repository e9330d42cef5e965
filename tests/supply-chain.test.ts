import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { counted } from "./support/counted.ts";

const ROOT = new URL("..", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, ROOT), "utf8");

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const manifest = JSON.parse(read("package.json")) as Manifest;
const lock = JSON.parse(read("package-lock.json")) as {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, Locked & Partial<Manifest>>>;
};
const { "": root, ...others } = lock.packages;
/** What is fetched: neither this project, nor a workspace of it. */
const fetched = Object.entries(others).filter(([path, { link }]) => path.includes("node_modules/") && link !== true);
const nameOf = (path: string): string => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

/** Licences under which everybody may use, change and pass on what runs here, in the spelling of SPDX. */
const ALLOWED = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "(MIT OR Apache-2.0)"];

describe("what is installed", () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const asked = { ...dependencies, ...devDependencies, ...optionalDependencies };

  it.each(Object.entries(asked))("%s is asked for by one version, %s, and locked as that", (name, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    expect(lock.packages[`node_modules/${name}`]?.version).toBe(version);
  });

  it("is locked as it is asked for", () => {
    expect(lock.lockfileVersion).toBe(3);
    expect({ ...root?.dependencies, ...root?.devDependencies, ...root?.optionalDependencies }).toEqual(asked);
  });

  it("has a hash, each of it, or comes inside of something that has one", () => {
    const unhashed = fetched.filter(
      ([, { integrity, inBundle }]) => inBundle !== true && integrity?.startsWith("sha512-") !== true,
    );
    expect(unhashed.map(([path]) => path)).toEqual([]);
    counted(fetched.length, "packages with a hash", "supply chain");
  });

  it("comes from the registry that the installer names, and from no address of its own", () => {
    expect(fetched.flatMap(([, { resolved }]) => resolved ?? [])).toEqual([]);
    expect(read(".npmrc")).toContain("omit-lockfile-registry-resolved=true");
  });

  it("runs nothing while it is installed: whatever would is named, and told not to", () => {
    const scripted = fetched.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(scripted.length).toBeGreaterThan(0);
    for (const [path] of scripted) expect([path, manifest.allowScripts[nameOf(path)]]).toEqual([path, false]);
    expect(Object.values(manifest.allowScripts)).not.toContain(true);
    expect(read(".npmrc")).toContain("strict-allow-scripts=true");
  });

  it("may be passed on, all that runs", () => {
    const running = fetched.filter(([, { dev, inBundle }]) => dev !== true && inBundle !== true);
    const refused = running.filter(([, { license }]) => !ALLOWED.includes(license ?? "none"));
    expect(refused.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
    counted(running.length, "licences", "supply chain");
  });
});

describe("the bill of materials", () => {
  interface Component {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly licenses?: readonly unknown[];
    readonly hashes?: readonly unknown[];
  }

  it("names all that is locked, with its licence, and the hash of all that runs, as CycloneDX", async () => {
    // Not --omit dev: npm leaves out what runs and is asked for by a tool of development, too.
    const { stdout } = await promisify(execFile)("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
      cwd: ROOT,
      maxBuffer: 10_000_000,
    });
    const bill = JSON.parse(stdout) as Readonly<Record<string, unknown>> & {
      readonly components: readonly Component[];
    };
    expect(bill).toMatchObject({ bomFormat: "CycloneDX", specVersion: expect.stringMatching(/^1\.\d$/) });
    // One version may lie at two places, inside of another package and on its own.
    const named = Map.groupBy(bill.components, ({ name, version }) => `${name}@${version}`);
    const lacking = fetched.flatMap(([path, { version, dev, license }]) => {
      const isWhole = named
        .get(`${nameOf(path)}@${version}`)
        ?.some(
          ({ purl, hashes = [], licenses = [] }) =>
            purl.startsWith("pkg:npm/") &&
            (dev === true || hashes.length > 0) &&
            (license === undefined || licenses.length > 0),
        );
      return isWhole === true ? [] : [path];
    });
    expect(lacking).toEqual([]);
    counted(named.size, "components", "bill of materials");
  });
});

describe("the tools", () => {
  it("tell nobody of this deployment: the CDK sends neither what is used nor asks for news", () => {
    expect(JSON.parse(read("cdk.json"))).toMatchObject({ versionReporting: false, notices: false });
  });
});

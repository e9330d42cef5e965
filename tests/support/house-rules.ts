import { posix } from "node:path";
import { codeOf, COMPUTED, type Import, type Source } from "./imports.ts";

/** Who may import what: `governs` says for which files, `allows` what such a file may import. */
export interface ImportRule {
  readonly title: string;
  readonly governs: (file: string) => boolean;
  readonly allows: (target: string, file: string) => boolean;
}

/** Imports that a rule forbids, as text for the one who has to mend them. */
export const offencesAgainst = (rule: ImportRule, imports: readonly Import[]): readonly string[] =>
  imports
    .filter(({ file, target }) => rule.governs(file) && !rule.allows(target, file))
    .map(({ file, specifier }) => `${file} imports ${specifier}`);

const inAny =
  (...places: readonly string[]) =>
  (path: string): boolean =>
    places.some((place) => (place.endsWith("/") ? path.startsWith(place) : path === place));

const isNode = (target: string): boolean => target.startsWith("node:");
const isRoutes = (path: string): boolean => /^functions\/dialects\/[^/]+\/routes\.ts$/.test(path);

/** `functions/adapters/s3/` for any file in it, however deep; undefined for a file beside such folders. */
const ownFolder = (file: string): string | undefined => /^functions\/[^/]+\/[^/]+\//.exec(file)?.[0];
const isWithinOwnFolder = (target: string, file: string): boolean => target.startsWith(ownFolder(file) ?? "(none)");

const CONTRACT = "functions/contract.ts";
/** What tables and documents have in them, by the registry; plain data. */
const COLUMNS = ["functions/core/table.ts", "functions/core/document-fields.ts"];
const SETTINGS = "functions/settings.ts";
const CORE = "functions/core/";
const PORTS = "functions/ports/";
const TASKS = "functions/tasks/";
const ADAPTERS = "functions/adapters/";
const DIALECTS = "functions/dialects/";
const EDGE = "functions/edge/";
const SERVICES = "functions/services/";
const HANDLERS = "functions/handlers/";

/** The packages each adapter speaks through; an adapter that isn't listed has Node alone. */
const PACKAGES_OF_ADAPTERS: Readonly<Record<string, readonly RegExp[]>> = {
  [`${ADAPTERS}dynamodb/`]: [/^@aws-sdk\/(client|util|lib)-dynamodb$/, /^@smithy\//],
  [`${ADAPTERS}s3/`]: [/^@aws-sdk\/client-s3$/, /^@smithy\//],
  [`${ADAPTERS}eventbridge/`]: [/^@aws-sdk\/client-eventbridge$/, /^@smithy\//],
  [`${ADAPTERS}ses/`]: [/^@aws-sdk\/client-sesv2$/],
  [`${ADAPTERS}sns/`]: [/^@aws-sdk\/client-sns$/],
  [`${ADAPTERS}sqs/`]: [/^@aws-sdk\/client-sqs$/, /^@smithy\//],
  [`${ADAPTERS}secretsmanager/`]: [/^@aws-sdk\/client-secrets-manager$/],
  [`${ADAPTERS}jose/`]: [/^jose$/],
  [`${ADAPTERS}dns/`]: [/^ipaddr\.js$/],
  [`${ADAPTERS}rocketchat/`]: [/^zod(\/|$)/],
  [`${ADAPTERS}parquet/`]: [/^hyparquet(-writer)?$/],
  [`${ADAPTERS}imkit/`]: [/^zod(\/|$)/],
};

/** What draws and writes reports; the other dialects have the schema library alone. */
const PACKAGES_OF_REPORTS: ReadonlySet<string> = new Set(["d3-scale", "d3-shape", "htm"]);
const isOfReports = (target: string, file: string): boolean =>
  file.startsWith(`${DIALECTS}report/`) && PACKAGES_OF_REPORTS.has(target);

/** The arrows of the house. Every room may also import from itself. */
export const IMPORT_RULES: readonly ImportRule[] = [
  {
    // Hashing and compression are functions of their arguments; what reads a clock or chance is looked for by name.
    title: "core imports nothing but core, hashing and compression",
    governs: inAny(CORE),
    allows: inAny(CORE, "node:crypto", "node:zlib"),
  },
  { title: "ports import nothing but core", governs: inAny(PORTS), allows: inAny(PORTS, CORE) },
  { title: "tasks import nothing but core and ports", governs: inAny(TASKS), allows: inAny(TASKS, CORE, PORTS) },
  {
    title: "an adapter imports core, ports, the contract, Node and its own SDK, and never another adapter",
    governs: (file) => inAny(ADAPTERS)(file) && ownFolder(file) !== undefined,
    allows: (target, file) =>
      inAny(CORE, PORTS, CONTRACT)(target) ||
      isNode(target) ||
      isWithinOwnFolder(target, file) ||
      (PACKAGES_OF_ADAPTERS[ownFolder(file) ?? ""] ?? []).some((name) => name.test(target)),
  },
  {
    // It makes, out of the settings, the parts that tasks are given; `tasks/parts.ts` says which.
    title: "what composes adapters imports adapters, core, ports, the contract, settings, SDKs and the list of parts",
    governs: (file) => inAny(ADAPTERS)(file) && ownFolder(file) === undefined,
    allows: (target) =>
      inAny(ADAPTERS, CORE, PORTS, CONTRACT, SETTINGS, `${TASKS}parts.ts`, "@aws-sdk/")(target) || isNode(target),
  },
  {
    title: "a dialect imports core, the schema library and its own folder, and never another dialect",
    governs: inAny(DIALECTS),
    allows: (target, file) =>
      inAny(CORE, "zod", "zod/")(target) || isWithinOwnFolder(target, file) || isOfReports(target, file),
  },
  {
    title: "the edge imports core, the contract, middy and Node",
    governs: inAny(EDGE),
    allows: (target) => inAny(EDGE, CORE, CONTRACT, "@middy/", "aws-lambda")(target) || isNode(target),
  },
  {
    title: "a service imports core, ports, tasks, dialects and the edge",
    governs: inAny(SERVICES),
    allows: inAny(SERVICES, CORE, PORTS, TASKS, DIALECTS, EDGE),
  },
  {
    title: "the settings import the contract and core",
    governs: inAny(SETTINGS),
    allows: inAny(CONTRACT, CORE),
  },
  {
    title: "infrastructure imports itself, the contract, routes, columns, CDK, its rules, the bundler and Node",
    governs: inAny("infra/"),
    allows: (target) =>
      inAny("infra/", CONTRACT, "aws-cdk-lib", "aws-cdk-lib/", "constructs", "cdk-nag", "esbuild")(target) ||
      isRoutes(target) ||
      inAny(...COLUMNS)(target) ||
      isNode(target),
  },
  {
    title: "the contract and every routes.ts import nothing",
    governs: (file) => file === CONTRACT || isRoutes(file),
    allows: () => false,
  },
  {
    title: "nothing in functions or infra imports a handler, the local runtime or the command line",
    governs: inAny("functions/", "infra/"),
    allows: (target) => !inAny(HANDLERS, "local/", "cli/")(target),
  },
  {
    title: "the local runtime does not import the command line",
    governs: inAny("local/"),
    allows: (target) => !inAny("cli/")(target),
  },
  {
    // It is a package of its own, for chat servers that know nothing of this repository.
    title: "the client imports nothing but itself",
    governs: inAny("client/"),
    allows: inAny("client/"),
  },
  {
    title: "an example imports the client and Node, as whoever copies it can",
    governs: inAny("examples/"),
    allows: (target) => inAny("examples/", "client/src/tidemark.ts")(target) || isNode(target),
  },
  {
    title: "nothing that runs the service imports the client or an example",
    governs: inAny("functions/", "infra/", "local/", "cli/", "web/"),
    allows: (target) => !inAny("client/", "examples/")(target),
  },
  {
    title: "nothing that is delivered imports tests",
    governs: inAny("functions/", "infra/", "local/", "cli/", "web/", "client/", "examples/"),
    allows: (target) => !inAny("tests/")(target),
  },
  {
    // An import that is computed can't be read here, so it could cross any wall.
    title: "every import in functions and infra names its file",
    governs: inAny("functions/", "infra/"),
    allows: (target) => target !== COMPUTED,
  },
];

/** Files in `functions/` that lie in no known room, and so under no rule. */
export const homeless = (paths: readonly string[]): readonly string[] =>
  paths.filter(
    (path) =>
      inAny("functions/")(path) &&
      !inAny(CORE, PORTS, TASKS, ADAPTERS, DIALECTS, EDGE, SERVICES, HANDLERS)(path) &&
      !inAny(CONTRACT, SETTINGS)(path),
  );

/** Files and folders named for nothing: whatever has no better name lands there. */
export const roomsWithoutPurpose = (paths: readonly string[]): readonly string[] =>
  paths.filter((path) => path.split("/").some((part) => /^(utils?|helpers?|commons?)(\.|$)/i.test(part)));

/** Files in `functions/` that only pass on what others export. */
export const indexFiles = (paths: readonly string[]): readonly string[] =>
  paths.filter((path) => inAny("functions/")(path) && posix.basename(path).startsWith("index."));

const IMPURE: Readonly<Record<string, RegExp>> = {
  "Date.now(": /\bDate\s*\.\s*now\b/,
  "new Date()": /\bnew\s+Date\b(?!\s*[(<.\w])|\bnew\s+Date\s*\(\s*\)/,
  "Date()": /(?<!\bnew\s+)(?<![.\w])Date\s*\(/,
  "performance.now(": /\bperformance\s*\.\s*(now|timeOrigin)\b/,
  "Math.random(": /\bMath\s*\.\s*random\b/,
  "process.": /\bprocess\s*(\?\.|\.|\[)/,
  "randomUUID(": /\brandom(UUID|Bytes|Int|Fill|FillSync)\b/,
  "getRandomValues(": /\bgetRandomValues\b/,
};

/** Where a core file reads a clock, chance or the process: the same input would no longer give the same bytes. */
export const impuritiesIn = ({ path, text }: Source): readonly string[] => {
  if (!inAny(CORE)(path)) return [];
  const code = codeOf(text);
  return Object.entries(IMPURE).flatMap(([name, pattern]) => (pattern.test(code) ? [`${path} uses ${name}`] : []));
};

/** Whether a file in `functions/` reads the environment although it isn't the settings. */
export const readsEnvironment = ({ path, text }: Source): boolean =>
  inAny("functions/")(path) &&
  path !== SETTINGS &&
  (/\bprocess\s*(\?\.|\.)\s*env\b|\bprocess\s*(\?\.)?\[|\benv\s*\}?\s*=\s*process\b/.test(codeOf(text)) ||
    /["'](node:)?process["']/.test(text));

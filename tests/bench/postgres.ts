import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "../../local/free-port.ts";
import { type Daemon, runToEnd, startDaemon, untilReady } from "../real/daemon.ts";
import { bring, type Command, librariesIn, type Recipe, type Tree } from "../real/debian.ts";

const MAJOR = "18";
const RECIPE: Recipe = { name: `postgresql-${MAJOR}`, packages: [`postgresql-${MAJOR}`] };
const OWN = join("usr", "lib", "postgresql", MAJOR);

/** A PostgreSQL that is up, and a connection to it. */
export interface Postgres {
  readonly version: string;
  readonly client: pg.Client;
  /** A folder that the server reads, for COPY. */
  readonly folder: string;
}

/** It refuses to run as root, so root gets another number in its own eyes. */
const asSomebody = (command: Command): Command =>
  process.getuid?.() === 0
    ? {
        ...command,
        file: "unshare",
        args: ["--user", "--map-user=1000", "--map-group=1000", command.file, ...command.args],
      }
    : command;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * A place where its programs find each other and what they share: they look beside their own path, and run each other,
 * which has to be with the tree's libraries.
 */
const layOut = async (tree: Tree, place: string): Promise<string> => {
  const programs = join(place, OWN, "bin");
  await mkdir(programs, { recursive: true });
  await symlink(join(tree.folder, "usr", "share"), join(place, "usr", "share"));
  await symlink(join(tree.folder, OWN, "lib"), join(place, OWN, "lib"));
  const libraries = librariesIn(tree);
  for (const name of ["postgres", "initdb"]) {
    const own = join(programs, name);
    const words = [
      join(libraries, "ld-linux-x86-64.so.2"),
      "--argv0",
      own,
      "--library-path",
      libraries,
      join(tree.folder, OWN, "bin", name),
    ];
    await writeFile(own, `#!/bin/sh\nexec ${words.map(quoted).join(" ")} "$@"\n`);
    await chmod(own, 0o755);
  }
  return programs;
};

/** What a server of this size would be given, but for safety against power cuts, which no count needs. */
const settings = (port: number): readonly string[] =>
  [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "shared_buffers=2GB",
    "work_mem=128MB",
    "maintenance_work_mem=1GB",
    "max_wal_size=16GB",
    "effective_cache_size=8GB",
    "random_page_cost=1.1",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
  ].flatMap((setting) => ["-c", setting]);

const connected = async (port: number, password: string): Promise<pg.Client> => {
  const client = new pg.Client({ host: "127.0.0.1", port, user: "postgres", password, database: "postgres" });
  await client.connect();
  return client;
};

/** Lends a PostgreSQL of Debian's, brought and started for this, to some work, and clears it away. */
export const onPostgres = async <T>(work: (postgres: Postgres) => Promise<T>): Promise<T> => {
  const tree = await bring(RECIPE);
  const folder = await mkdtemp(join(tmpdir(), "tidemark-postgres-"));
  let daemon: Daemon | undefined;
  let client: pg.Client | undefined;
  try {
    const programs = await layOut(tree, join(folder, "place"));
    const data = join(folder, "data");
    const port = await freePort();
    const env = { ...process.env, LC_ALL: "C" };
    const password = randomBytes(16).toString("hex");
    const secret = join(folder, "password");
    await writeFile(secret, password, { mode: 0o600 });
    const make = ["-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C", "--auth=scram-sha-256", "--no-sync"];
    await runToEnd(asSomebody({ file: join(programs, "initdb"), args: [...make, `--pwfile=${secret}`], env }));
    const args = ["-D", data, ...settings(port)];
    daemon = startDaemon("PostgreSQL", asSomebody({ file: join(programs, "postgres"), args, env }));
    await untilReady("PostgreSQL", [daemon], async () => {
      client = await connected(port, password).catch(() => undefined);
      return client !== undefined;
    });
    if (client === undefined) throw new Error("PostgreSQL is ready and nobody is connected");
    return await work({ version: tree.version, client, folder });
  } finally {
    await client?.end();
    await daemon?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

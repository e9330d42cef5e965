import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Daemon, runToEnd, startDaemon, untilReady } from "./daemon.ts";
import { bring, commandIn, librariesIn, pythonIn, type Recipe, type Tree } from "./debian.ts";
import type { Server } from "./moto.ts";
import { freePort } from "../../local/free-port.ts";

/** The one user of the gateway. */
export const CEPH_USER = { accessKeyId: "tidemark", secretAccessKey: "tidemark-secret" };

const RECIPE: Recipe = {
  name: "radosgw",
  packages: ["radosgw", "ceph-mon", "ceph-osd", "python3-rados"],
  // Without what only sets up a machine: systemd, disks, users.
  keep: (name) => /^(lib.+|zlib1g|radosgw|ceph-(mon|osd|base|common)|python3-rados|python3\.\d+-minimal)$/.test(name),
};
const MON_COMMAND = fileURLToPath(new URL("mon-command.py", import.meta.url));
const GATEWAY = "client.rgw.test";
/** Between picking a free port and listening on it, somebody else may take it. */
const TRIES = 3;

/** Fetches Ceph, unless it is there. */
export const bringCeph = (): Promise<Tree> => bring(RECIPE);

/** Starts a Ceph RADOS Gateway with a cluster of one monitor and one store in memory, on free ports. */
export const startCeph = async (): Promise<Server> => {
  const tree = await bringCeph();
  for (let attempt = 1; ; attempt++)
    try {
      return await startCluster(tree);
    } catch (failure) {
      if (attempt === TRIES) throw failure;
    }
};

const startCluster = async (tree: Tree): Promise<Server> => {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-ceph-"));
  const daemons: Daemon[] = [];
  const stop = async (): Promise<void> => {
    for (const daemon of daemons.toReversed()) await daemon.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { name: `Ceph ${tree.version}`, endpoint: await openGateway(tree, folder, daemons), stop };
  } catch (failure) {
    await stop();
    throw failure;
  }
};

const openGateway = async (tree: Tree, folder: string, daemons: Daemon[]): Promise<string> => {
  const cluster = randomUUID();
  const store = randomUUID();
  const [monitorPort, port] = [await freePort(), await freePort()];
  const monitor = `[v2:127.0.0.1:${monitorPort}]`;
  const configuration = join(folder, "ceph.conf");
  const keyring = join(folder, "keyring");
  const map = join(folder, "monmap");
  const command = (program: string, ...args: string[]) => {
    const { env, ...rest } = commandIn(tree, program, args);
    return { ...rest, env: { ...env, CEPH_CONF: configuration } };
  };
  const start = (program: string, ...args: string[]): Daemon => {
    const daemon = startDaemon(program, command(program, "--foreground", ...args));
    daemons.push(daemon);
    return daemon;
  };

  for (const part of ["mon", "osd", "log", "rgw"]) await mkdir(join(folder, part));
  await writeFile(configuration, configurationOf(tree, folder, cluster, monitor, port));
  const addKey = (name: string, ...rights: string[]): Promise<void> =>
    runToEnd(command("ceph-authtool", keyring, "--create-keyring", "--gen-key", "-n", name, ...rights));
  await addKey("mon.", "--cap", "mon", "allow *");
  const addAnother = (name: string, ...rights: string[]): Promise<void> =>
    runToEnd(command("ceph-authtool", keyring, "--gen-key", "-n", name, ...rights));
  await addAnother("client.admin", "--cap", "mon", "allow *", "--cap", "osd", "allow *");
  await addAnother(GATEWAY, "--cap", "mon", "allow rw", "--cap", "osd", "allow rwx");
  await addAnother("osd.0", "--cap", "mon", "allow profile osd", "--cap", "osd", "allow *");

  await runToEnd(command("monmaptool", "--create", "--fsid", cluster, "--addv", "test", monitor, map));
  await runToEnd(command("ceph-mon", "--mkfs", "-i", "test", "--monmap", map, "--keyring", keyring));
  start("ceph-mon", "-i", "test");
  await runToEnd(
    await pythonIn(tree, MON_COMMAND, [configuration, JSON.stringify({ prefix: "osd new", uuid: store })]),
  );
  await runToEnd(command("ceph-osd", "--mkfs", "-i", "0", "--osd-uuid", store));
  start("ceph-osd", "-i", "0");
  await runToEnd(
    command(
      "radosgw-admin",
      "-n",
      GATEWAY,
      "user",
      "create",
      "--uid=tidemark",
      "--display-name=tidemark",
      `--access-key=${CEPH_USER.accessKeyId}`,
      `--secret-key=${CEPH_USER.secretAccessKey}`,
    ),
  );
  start("radosgw", "-n", GATEWAY);
  await untilReady("radosgw", daemons, () => answersOn(port));
  // Whoever answers there may be another's server, which took the port before.
  for (const daemon of daemons) daemon.check();
  return `http://127.0.0.1:${port}`;
};

const configurationOf = (tree: Tree, folder: string, cluster: string, monitor: string, port: number): string => {
  const libraries = librariesIn(tree);
  return `[global]
fsid = ${cluster}
mon host = ${monitor}
ms bind msgr1 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = ${join(folder, "keyring")}
run dir = ${folder}
crash dir = ${folder}
admin socket =
log file = ${join(folder, "log", "$name.log")}
plugin dir = ${join(libraries, "ceph")}
erasure code dir = ${join(libraries, "ceph", "erasure-code")}
osd class dir = ${join(libraries, "rados-classes")}
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data = ${join(folder, "mon")}
mon data avail warn = 1
mon data avail crit = 0
mon cluster log to file = false
# A cluster of one has nobody to wait for.
paxos propose interval = 0.02
paxos min wait = 0.01
osd data = ${join(folder, "osd")}
osd objectstore = memstore
memstore device bytes = 1073741824
osd max object name len = 2048
osd max object namespace len = 256
osd memory target = 939524096
osd class load list = *
osd class default list = *
[${GATEWAY}]
rgw data = ${join(folder, "rgw")}
rgw frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
rgw enable quota threads = false
rgw enable usage log = false
rgw run sync thread = false
rgw thread pool size = 32
`;
};

const answersOn = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

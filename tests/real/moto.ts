import { fileURLToPath } from "node:url";
import { startDaemon, untilReady } from "./daemon.ts";
import { bring, pythonIn, type Recipe, type Tree } from "./debian.ts";

/** A server that a suite runs on. */
export interface Server {
  readonly name: string;
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

const RECIPE: Recipe = { name: "python3-moto", packages: ["python3-moto", "python3-flask-cors"] };
const SCRIPT = fileURLToPath(new URL("moto-server.py", import.meta.url));

/** Fetches moto, unless it is there. */
export const bringMoto = (): Promise<Tree> => bring(RECIPE);

/** Starts moto's DynamoDB, in memory, on a free port of its own. */
export const startMoto = async (): Promise<Server> => {
  const tree = await bringMoto();
  const daemon = startDaemon("moto", await pythonIn(tree, SCRIPT, []));
  try {
    const port = (): string | undefined => /^listening on (\d+)$/m.exec(daemon.said())?.[1];
    await untilReady("moto", [daemon], async () => port() !== undefined);
    return { name: `moto ${tree.version}`, endpoint: `http://127.0.0.1:${port()}`, stop: daemon.stop };
  } catch (failure) {
    await daemon.stop();
    throw failure;
  }
};

import { type Heard, startOfInstance } from "../../core/instances.ts";
import { isoOf } from "../../core/instant.ts";
import { bounded } from "./bounded.ts";
import { known } from "./known.ts";

/** An address such as `10.0.0.1`, `[::1]:3000` or `http://chat-1:3000/`: its host and port. */
const ADDRESS = /^(?:[a-z]+:\/\/)?(?:\[([^\]]+)\]|([^:/\s]+))(?::(\d{1,5}))?\/?$/i;

const placeOf = (
  address: string | undefined,
): { readonly host: string | undefined; readonly port: string | undefined } => {
  const [, inBrackets, plain, port] = ADDRESS.exec(address ?? "") ?? [];
  // An IPv6 address without a port needs no brackets, and then nothing in it is a port.
  return { host: inBrackets ?? plain ?? address, port };
};

const osOf = (os: NonNullable<Heard["report"]["os"]>): object => {
  const cpus = os["cpus"];
  return known({ ...os, cpus: Array.isArray(cpus) ? cpus.length : typeof cpus === "number" ? cpus : undefined });
};

const instanceOf = (heard: Heard & { readonly isLive: boolean }): object => {
  const { time, report, isLive } = heard;
  const { host, port } = placeOf(report.address);
  const start = startOfInstance(heard);
  return known({
    address: host,
    // Upstream's answering server is one of its instances; Tidemark never is.
    currentStatus: { connected: isLive, lastHeartbeatTime: time, local: false },
    instanceRecord: known({
      _id: report.id,
      _createdAt: start === undefined ? undefined : isoOf(Math.round(start)),
      _updatedAt: isoOf(time),
      name: "rocket.chat",
      pid: report.pid,
      extraInformation: known({
        host,
        port,
        nodeVersion: report.nodeVersion,
        conns: report.connections,
        os: report.os === undefined ? undefined : osOf(report.os),
      }),
    }),
    broadcastAuth: true,
  });
};

/**
 * The answer of `GET /api/v1/instances.get`. Heartbeats are in milliseconds since 1970 UTC; an instance's record is as
 * old as its process, and was changed when it was last heard. Of more than one answer holds, the last started are told.
 */
export const instancesBody = (instances: readonly (Heard & { readonly isLive: boolean })[]): string => {
  const texts = bounded(instances, (instance) => JSON.stringify(instanceOf(instance)));
  return `{"instances":[${texts.join(",")}],"success":true}`;
};

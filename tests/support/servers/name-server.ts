import dns2 from "dns2";
import { freePort } from "../../../local/free-port.ts";

/** What a name server says of a name and type: its records; or nothing at all, half an answer, or that it failed. */
export type Said = readonly object[] | "silence" | "half" | "failure";

/** A real name server on loopback, over UDP and TCP. What it wasn't told of doesn't exist (NXDOMAIN). */
export interface NameServer {
  readonly address: string;
  /** By type and name, as `SRV _service._tcp.example.test`. */
  readonly said: Map<string, Said>;
  /** Questions, in order, as above. */
  readonly asked: string[];
  readonly close: () => Promise<void>;
}

const { Packet } = dns2;

interface Service {
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** The library compresses a service's target, which RFC 2782 forbids and resolvers refuse. */
Object.assign(Packet.Resource, {
  SRV: {
    encode: ({ target, port, priority, weight }: Service, writer: { write(value: number, bits: number): void }) => {
      for (const number of [priority, weight, port]) writer.write(number, 16);
      for (const byte of Packet.Name.encode(target)) writer.write(byte, 8);
    },
  },
});

/** Records as {@link NameServer} is told them. */
export const srv = (target: string, port: number): Service => ({ target, port, priority: 1, weight: 1 });
/** The answer to a question for TXT. */
export const txt = (...strings: readonly string[]): object => ({ data: strings });
/** The answer to a question for A. */
export const a = (address: string): object => ({ address });

const RCODE = { failure: 2, unknown: 3 } as const;
const TYPES = new Map(Object.entries(Packet.TYPE).map(([name, code]) => [code as number, name]));
const HEADER_BYTES = 12;

/** Starts a {@link NameServer} on a free port. */
export const startNameServer = async (): Promise<NameServer> => {
  const said = new Map<string, Said>();
  const asked: string[] = [];
  const server = dns2.createServer({
    udp: true,
    tcp: true,
    handle: (request, send) => {
      const response = Packet.createResponseFromRequest(request);
      const [{ name, type } = { name: "", type: 0 }] = request.questions;
      const question = `${TYPES.get(type) ?? type} ${name}`;
      asked.push(question);
      const answer = said.get(question);
      if (answer === "silence") return;
      if (answer === undefined) response.header.rcode = RCODE.unknown;
      else if (answer === "failure") response.header.rcode = RCODE.failure;
      else if (answer !== "half")
        for (const record of answer)
          response.answers.push({ name, type, class: Packet.CLASS.IN, ttl: 60, ...record } as never);
      // Bytes as they are: a header that promises a question, and a part of it.
      void send(answer === "half" ? response.toBuffer().subarray(0, HEADER_BYTES + 4) : response);
    },
  });
  const port = await freePort();
  const address = "127.0.0.1";
  await server.listen({ udp: { port, address }, tcp: { port, address } });
  return {
    address: `${address}:${port}`,
    said,
    asked,
    close: async () => {
      await server.close();
    },
  };
};

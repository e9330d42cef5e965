// Preloaded by NODE_OPTIONS into every Node process of a run: writes down, and refuses, each connection and each name
// that is looked up beyond this machine.
import { appendFileSync } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";

const require = createRequire(import.meta.url);
const net = require("node:net");
const dns = require("node:dns");
const dgram = require("node:dgram");
const LOCAL = /^(127\.|::1$|localhost$|0\.0\.0\.0$|::$)/;

const isAway = (host) => typeof host === "string" && host !== "" && !LOCAL.test(host);
const note = (what, host) => {
  appendFileSync(process.env.CALLS_NOTED, `${what} ${host} (${process.argv.slice(1).join(" ")})\n`);
  return new Error(`this run may reach nobody, and ${what} ${host} was asked for`);
};

const connect = Reflect.get(net.Socket.prototype, "connect");
net.Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const host = typeof first === "object" && first !== null ? first.host : typeof args[1] === "string" ? args[1] : "";
  if (isAway(host)) {
    const refusal = note("connection to", host);
    process.nextTick(() => this.destroy(refusal));
    return this;
  }
  return connect.apply(this, args);
};
for (const holder of [dns, dns.promises])
  for (const name of Object.keys(holder).filter((one) => /^(lookup|resolve)/.test(one))) {
    const own = holder[name];
    if (typeof own !== "function") continue;
    holder[name] = function (host, ...rest) {
      if (!isAway(host)) return own.call(this, host, ...rest);
      const refusal = note("address of", host);
      const last = rest.at(-1);
      if (holder === dns && typeof last === "function") return process.nextTick(() => last(refusal));
      return Promise.reject(refusal);
    };
  }
const send = Reflect.get(dgram.Socket.prototype, "send");
dgram.Socket.prototype.send = function (...args) {
  const host = args.find((one) => typeof one === "string" && isAway(one));
  if (host !== undefined) throw note("datagram to", host);
  return send.apply(this, args);
};
syncBuiltinESMExports();

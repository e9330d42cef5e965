/**
 * A port whose adapter is loaded at its first call: most calls never come to it, and a cold start waits for nothing it
 * may not need. Every method of such a port gives a promise.
 */
export const latePort = <Port extends { readonly [Method in keyof Port]: (...what: never[]) => Promise<unknown> }>(
  load: () => Promise<Port>,
): Port => {
  let loading: Promise<Port> | undefined;
  const methodOf =
    (method: string) =>
    async (...what: never[]) => {
      const port = await (loading ??= load());
      return port[method as keyof Port](...what);
    };
  return new Proxy({} as Port, {
    // What has a method `then` would be taken for a promise.
    get: (_, method) => (typeof method === "string" && method !== "then" ? methodOf(method) : undefined),
  });
};

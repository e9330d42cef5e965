/** A port of which some methods are others; one that is loaded late has no methods to spread before. */
export const instead = <Port extends object>(port: Port, others: Partial<Port>): Port =>
  new Proxy(port, {
    get: (own, method) => Reflect.get(Object.hasOwn(others, method) ? others : own, method) as unknown,
  });

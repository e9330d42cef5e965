/**
 * Stands in for `@aws-sdk/endpoint-cache` in bundles: endpoints are discovered where somebody asks for it, which nobody
 * does here, and the list of them weighs 7 KB of every cold start. What remembers nothing is asked again, and is right.
 */
export class EndpointCache {
  getEndpoint(): undefined {
    return undefined;
  }
  get(): undefined {
    return undefined;
  }
  has(): boolean {
    return false;
  }
  // Nothing is kept, so nothing goes.
  set(): void {}
  delete(): void {}
  clear(): void {}
}

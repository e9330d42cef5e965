/** Whether the suites run at the sizes of `npm run test:exhaustive`, by hand, or at those of CI. */
export const exhaustive: boolean = process.env["TIDEMARK_EXHAUSTIVE"] === "1";

/** How often to run: `ci` times in CI, `all` times in `npm run test:exhaustive`; fewer where a slow engine says so. */
export const runs = (ci: number, all: number): number =>
  Math.min(exhaustive ? all : ci, Number(process.env["TIDEMARK_RUNS"] ?? Infinity));

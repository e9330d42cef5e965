/** It was tried and failed. */
export const FAILED = 1;
/** It was asked for wrongly, and nothing was done. */
export const MISUSED = 2;

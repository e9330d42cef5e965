/** Version of this Tidemark, the same as its package's: a deployed function has no package beside it. */
export const VERSION = "0.1.0";

/** Writes `docs/statistics.md`; run by `npm run docs`. */
import { writeFileSync } from "node:fs";
import { glossary } from "../functions/dialects/v1/glossary.ts";

writeFileSync(new URL("statistics.md", import.meta.url), glossary());

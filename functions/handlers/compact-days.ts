import { workerParts } from "../adapters/compose.ts";
import { tableFile } from "../adapters/parquet/table-file.ts";
import { logLine } from "../edge/json-log.ts";
import { compactDays } from "../services/compact-days.ts";
import { readSettings } from "../settings.ts";

/** The worker of the daily compaction as a Lambda function behind its queue. */
export const handler = compactDays({ ...workerParts(readSettings("work")), tableFile }, logLine);

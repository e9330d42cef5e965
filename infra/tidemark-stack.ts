import { CfnOutput, RemovalPolicies, Stack, type StackProps, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { OUTPUTS } from "../functions/contract.ts";
import { AccessLogs } from "./access-logs.ts";
import { AlarmTopic } from "./alarm-topic.ts";
import { ArchiveQueries } from "./archive-queries.ts";
import { DailyCompaction } from "./daily-compaction.ts";
import type { DataStack } from "./data-stack.ts";
import { HourlyFollowing } from "./hourly-following.ts";
import { HourlyClosing } from "./hourly-closing.ts";
import { OperatorDashboard } from "./operator-dashboard.ts";
import { NoticeOutlets } from "./notice-outlets.ts";
import { InfoPage } from "./info-page.ts";
import type { Options } from "./options.ts";
import { type LogGroups, SavedLogQueries } from "./saved-log-queries.ts";
import { StatisticsApi } from "./statistics-api.ts";
import { TableAlarms } from "./table-alarms.ts";
import type { Bundles } from "./tidemark-function.ts";
import { UpstreamSecrets } from "./upstream-secrets.ts";

/** A stack's own properties, the functions it deploys, and what they work on. */
export interface TidemarkStackProps extends StackProps {
  readonly bundles: Bundles;
  readonly data: DataStack;
  readonly options: Options;
}

/** Everything of a deployment that can be made again: what works on the data, and what is told of it. */
export class TidemarkStack extends Stack {
  readonly api: StatisticsApi;
  readonly closing: HourlyClosing;
  readonly following: HourlyFollowing;
  readonly compaction: DailyCompaction;
  /** Undefined where none is wanted. */
  readonly page: InfoPage | undefined;
  readonly #options: Options;
  readonly #data: DataStack;

  constructor(scope: Construct, id: string, { bundles, data, options, ...props }: TidemarkStackProps) {
    super(scope, id, { description: "Tidemark: exact, hourly statistics snapshots of chat workspaces", ...props });
    this.#options = options;
    this.#data = data;
    const { oidc, domain, hasPage } = options;
    const { counters, archive } = data;
    const alarms = new AlarmTopic(this, "Alarms", options.alarms);
    const accessLogs = new AccessLogs(this, "AccessLogs");

    const secrets = new UpstreamSecrets(this, "UpstreamSecrets", { isKept: options.hasSecrets });
    const workshop = { bundles, counters, archive, secrets, manner: options.functions };
    const outlets = new NoticeOutlets(this, "Outlets", options.outlets);
    const named = hasPage ? {} : { domain };
    this.api = new StatisticsApi(this, "Statistics", { ...workshop, ...named, alarms, oidc, outlets });
    this.closing = new HourlyClosing(this, "Closing", { ...workshop, alarms });
    this.following = new HourlyFollowing(this, "Following", { ...workshop, alarms, outlets });
    this.compaction = new DailyCompaction(this, "Compaction", { ...workshop, alarms });
    new TableAlarms(this, "TableAlarms", { counters, alarms });
    const jobs = { closing: this.closing, following: this.following, compaction: this.compaction };
    const logs: LogGroups = {
      serving: this.api.functions.map(([, served]) => served.logGroup),
      closing: [this.closing.worker.log],
      access: [this.api.accessLog],
    };
    new SavedLogQueries(this, "LogQueries", logs);
    new OperatorDashboard(this, "Dashboard", { api: this.api, jobs, counters, logs });
    const queries = new ArchiveQueries(this, "Queries", { archive, accessLogs });
    this.page = hasPage ? new InfoPage(this, "Page", { api: this.api, accessLogs, domain }) : undefined;

    if (options.onRemoval === "delete") RemovalPolicies.of(this).destroy();
    const components = {
      api: this.api,
      closing: this.closing,
      following: this.following,
      compaction: this.compaction,
      queries,
      page: this.page,
      "access-logs": accessLogs,
    };
    for (const [name, part] of Object.entries(components)) if (part !== undefined) Tags.of(part).add("component", name);
    this.#tell();
  }

  /** Where clients go: the name of its own, else CloudFront's, else the API's. */
  get #host(): string {
    return this.#options.domain?.name ?? this.page?.distribution.distributionDomainName ?? this.api.host;
  }

  #tell(): void {
    const { counters, archive } = this.#data;
    this.#output(OUTPUTS.url, "The API, and the Info page under the same address", `https://${this.#host}`);
    this.#output(OUTPUTS.apiUrl, "The API itself", `https://${this.api.host}`);
    this.#output(OUTPUTS.table, "The one table", counters.table.tableName);
    this.#output(OUTPUTS.archiveBucket, "Where statistics.json of every hour lies", archive.bucket.bucketName);
    if (this.page !== undefined)
      this.#output(
        OUTPUTS.pageBucket,
        "Where the built page goes: aws s3 sync dist/page s3://<this bucket>",
        this.page.bucket.bucketName,
      );
    if (this.#options.domain !== undefined)
      this.#output(
        OUTPUTS.domainTarget,
        `What ${this.#options.domain.name} has to point to, as an alias or a CNAME`,
        this.api.regionalHost ?? this.page?.distribution.distributionDomainName ?? this.api.host,
      );
  }

  #output(name: string, description: string, value: string): void {
    new CfnOutput(this, name, { description, value });
  }
}

import { CfnOutput, Stack, type StackProps, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { OUTPUTS } from "../functions/contract.ts";
import { AccessLogs } from "./access-logs.ts";
import { AlarmTopic } from "./alarm-topic.ts";
import { ArchiveBucket } from "./archive-bucket.ts";
import { ArchiveQueries } from "./archive-queries.ts";
import { archiveStorageIn } from "./archive-storage.ts";
import { CountersTable } from "./counters-table.ts";
import { DailyCompaction } from "./daily-compaction.ts";
import { HourlyFollowing } from "./hourly-following.ts";
import { HourlyClosing } from "./hourly-closing.ts";
import { NO_OUTLETS, NoticeOutlets, type Outlets } from "./notice-outlets.ts";
import { InfoPage } from "./info-page.ts";
import { StatisticsApi, type TrustedIssuer } from "./statistics-api.ts";
import type { Bundles } from "./tidemark-function.ts";
import { UpstreamSecrets } from "./upstream-secrets.ts";

/** A stack's own properties, and the functions it deploys. */
export interface TidemarkStackProps extends StackProps {
  readonly bundles: Bundles;
  readonly oidc?: TrustedIssuer | undefined;
  readonly outlets?: Outlets | undefined;
}

/** Everything Tidemark needs in one account and region: first where things are kept, then what works on them. */
export class TidemarkStack extends Stack {
  readonly counters: CountersTable;
  readonly archive: ArchiveBucket;
  readonly api: StatisticsApi;
  readonly closing: HourlyClosing;
  readonly following: HourlyFollowing;
  readonly compaction: DailyCompaction;
  readonly page: InfoPage;

  constructor(
    scope: Construct,
    id: string,
    { bundles, oidc, outlets: told = NO_OUTLETS, ...props }: TidemarkStackProps,
  ) {
    super(scope, id, { description: "Tidemark: exact, hourly statistics snapshots of chat workspaces", ...props });
    const alarms = new AlarmTopic(this, "Alarms");
    const accessLogs = new AccessLogs(this, "AccessLogs");

    this.counters = new CountersTable(this, "Counters", { alarms });
    this.archive = new ArchiveBucket(this, "Archive", { accessLogs, storage: archiveStorageIn(this.node) });
    const secrets = new UpstreamSecrets(this, "UpstreamSecrets");
    const workshop = { bundles, counters: this.counters, archive: this.archive, secrets };
    const outlets = new NoticeOutlets(this, "Outlets", told);
    this.api = new StatisticsApi(this, "Statistics", { ...workshop, alarms, oidc, outlets });
    this.closing = new HourlyClosing(this, "Closing", { ...workshop, alarms });
    this.following = new HourlyFollowing(this, "Following", { ...workshop, alarms, outlets });
    this.compaction = new DailyCompaction(this, "Compaction", { ...workshop, alarms });
    new ArchiveQueries(this, "Queries", { archive: this.archive, accessLogs });
    this.page = new InfoPage(this, "Page", { api: this.api, accessLogs });

    Tags.of(this).add("project", "tidemark");
    Tags.of(this).add("stack", id);
    this.#tell();
  }

  #tell(): void {
    new CfnOutput(this, OUTPUTS.url, {
      description: "The Info page, and the API under the same address",
      value: `https://${this.page.distribution.distributionDomainName}`,
    });
    new CfnOutput(this, OUTPUTS.apiUrl, { description: "The API itself", value: `https://${this.api.host}` });
    new CfnOutput(this, OUTPUTS.table, { description: "The one table", value: this.counters.table.tableName });
    new CfnOutput(this, OUTPUTS.archiveBucket, {
      description: "Where statistics.json of every hour lies",
      value: this.archive.bucket.bucketName,
    });
    new CfnOutput(this, OUTPUTS.pageBucket, {
      description: "Where the built page goes: aws s3 sync dist/page s3://<this bucket>",
      value: this.page.bucket.bucketName,
    });
  }
}

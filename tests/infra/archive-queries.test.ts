import { Match, Template } from "aws-cdk-lib/assertions";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ARCHIVE } from "../../functions/contract.ts";
import { hourName } from "../../functions/core/hour.ts";
import { STATISTICS } from "../../functions/core/statistic.ts";
import { columnOf, TABLES } from "../../functions/core/table.ts";
import { ArchiveQueries } from "../../infra/archive-queries.ts";
import { SAVED_QUERIES } from "../../infra/named-queries.ts";
import { groundOf, resourcesIn } from "./deployment.ts";

const synthesised = (): Template => {
  const { stack, archive, accessLogs } = groundOf();
  new ArchiveQueries(stack, "Queries", { archive, accessLogs });
  return Template.fromStack(stack);
};

interface Column {
  readonly Name: string;
  readonly Type: string;
}
interface TableInput {
  readonly Name: string;
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly PartitionKeys: readonly Column[];
  readonly StorageDescriptor: { readonly Columns: readonly Column[]; readonly Location: unknown };
}

const template = synthesised();
const tables = new Map(
  Object.values(resourcesIn(template))
    .filter(({ Type }) => Type === "AWS::Glue::Table")
    .map(({ Properties }) => Properties?.["TableInput"] as TableInput)
    .map((table) => [table.Name, table]),
);
const tableNamed = (name: string): TableInput => {
  const table = tables.get(name);
  if (table === undefined) throw new Error(`there is no table ${name}`);
  return table;
};

/** A joined text, its bucket's name left as `bucket`. */
const textOf = (joined: unknown): string => {
  const [, parts] = (joined as { "Fn::Join": [string, unknown[]] })["Fn::Join"];
  return parts.map((part) => (typeof part === "string" ? part : "bucket")).join("");
};

/** Where a partition lies: the template of its table, filled in. */
const locationOf = (name: string, partition: Readonly<Record<string, string>>): string =>
  textOf(tableNamed(name).Parameters["storage.location.template"]).replaceAll(
    /\$\{(\w+)\}/g,
    (_placeholder, column: string) => partition[column] ?? "?",
  );

describe("the tables of the archive", () => {
  it("are those that are made, and the documents", () => {
    expect([...tables.keys()].toSorted()).toEqual([...TABLES, "statistics_json"].toSorted());
  });

  it.each(TABLES)("have in %s a column for every statistic, under a name that Glue knows", (name) => {
    const { Columns } = tableNamed(name).StorageDescriptor;
    const names = Columns.map(({ Name }) => Name);
    expect(names).toEqual(expect.arrayContaining(STATISTICS.map((row) => columnOf(row.name))));
    expect(names.filter((one) => !/^[a-z][a-z\d_]*$/.test(one))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(Columns.find(({ Name }) => Name === "start_time")?.Type).toBe("timestamp");
    expect(Columns.find(({ Name }) => Name === "uploads_bytes")?.Type).toBe("bigint");
  });

  it("have the documents nested as they are", () => {
    const { Columns } = tableNamed("statistics_json").StorageDescriptor;
    const typeOf = (name: string): string | undefined => Columns.find(({ Name }) => Name === name)?.Type;
    expect(typeOf("ledger")).toBe(
      "struct<status:string,reasons:array<string>,coverage:struct<heardminutes:int,of:int>>",
    );
    expect(typeOf("messages")).toContain("sentbykind:struct<channels:bigint,privategroups:bigint,");
    expect(typeOf("last")).toBe("struct<login:string,message:string,seen:string>");
    expect(typeOf("publication")).toBe("struct<number:bigint,previous:string>");
  });

  it("name no column twice, partitions included", () => {
    for (const { PartitionKeys, StorageDescriptor } of tables.values()) {
      const names = [...PartitionKeys, ...StorageDescriptor.Columns].map(({ Name }) => Name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it("are looked for where the archive puts its files, whatever the workspace and the hour", () => {
    const workspace = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);
    const hour = fc.integer({ min: Date.parse("2010-01-01") / 3_600_000, max: Date.parse("2099-12-31") / 3_600_000 });
    fc.assert(
      fc.property(workspace, hour, (id, at) => {
        const name = hourName(at);
        const date = name.slice(0, 10);
        const partition = { workspace: id, date, month: date.slice(0, 7) };
        for (const table of TABLES)
          expect(`s3://bucket/${ARCHIVE.table(table, id, date)}`).toBe(
            `${locationOf(table, partition)}${date}.parquet`,
          );
        expect(`s3://bucket/${ARCHIVE.statistics(id, name)}`).toBe(
          `${locationOf("statistics_json", partition)}hour=${name.slice(11)}/statistics.json`,
        );
      }),
    );
  });

  it.each([
    ...TABLES.map((name) => [name, "month", "yyyy-MM", "MONTHS"]),
    ["statistics_json", "date", "yyyy-MM-dd", "DAYS"],
  ])("project the partitions of %s by workspace and %s", (name = "", by = "", format = "", unit = "") => {
    expect(tableNamed(name)).toMatchObject({
      PartitionKeys: [
        { Name: "workspace", Type: "string" },
        { Name: by, Type: "string" },
      ],
      Parameters: {
        "projection.enabled": "true",
        "projection.workspace.type": "injected",
        [`projection.${by}.type`]: "date",
        [`projection.${by}.format`]: format,
        [`projection.${by}.interval.unit`]: unit,
        [`projection.${by}.range`]: expect.stringMatching(/^2010-01(-01)?,NOW$/) as string,
      },
    });
  });
});

describe("the workgroup", () => {
  it("bounds what a query reads, and lets nobody put results elsewhere or in the clear", () => {
    template.hasResourceProperties("AWS::Athena::WorkGroup", {
      Name: "Test",
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 10 * 2 ** 30,
        ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: "SSE_S3" } },
      },
    });
  });

  it("goes with its stack, though somebody has asked in it or kept a query", () => {
    template.hasResourceProperties("AWS::Athena::WorkGroup", { RecursiveDeleteOption: true });
  });

  it("forgets results after a week", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      LoggingConfiguration: { LogFilePrefix: "queries/" },
      LifecycleConfiguration: { Rules: [Match.objectLike({ Id: "forget-results", ExpirationInDays: 7 })] },
    });
  });

  it("has the queries to begin with", () => {
    for (const { name, sql } of SAVED_QUERIES)
      template.hasResourceProperties("AWS::Athena::NamedQuery", {
        Name: name,
        Database: "test",
        WorkGroup: "Test",
        QueryString: sql,
      });
  });
});

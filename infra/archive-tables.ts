import { Stack } from "aws-cdk-lib";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { DOCUMENT_FIELDS, type FieldType } from "../functions/core/document-fields.ts";
import { columnsOf, type ColumnType, type TableName, TABLES } from "../functions/core/table.ts";

/** Earlier than any import reaches back; a projected table has no other beginning. */
const FIRST_YEAR = 2010;

const GLUE_TYPES: Readonly<Record<ColumnType, string>> = {
  time: "timestamp",
  text: "string",
  texts: "array<string>",
  int: "int",
  long: "bigint",
  double: "double",
};

/** Names in lower case: Glue knows no others, and the reader of JSON takes them for the same. */
const glueTypeOf = (type: FieldType): string =>
  typeof type === "string"
    ? GLUE_TYPES[type]
    : `struct<${Object.entries(type)
        .map(([name, inner]) => `${name.toLowerCase()}:${glueTypeOf(inner)}`)
        .join(",")}>`;

const HADOOP = "org.apache.hadoop";

/** How files of a kind are read. */
const FORMATS = {
  parquet: {
    inputFormat: `${HADOOP}.hive.ql.io.parquet.MapredParquetInputFormat`,
    outputFormat: `${HADOOP}.hive.ql.io.parquet.MapredParquetOutputFormat`,
    serdeInfo: { serializationLibrary: `${HADOOP}.hive.ql.io.parquet.serde.ParquetHiveSerDe` },
  },
  json: {
    inputFormat: `${HADOOP}.mapred.TextInputFormat`,
    outputFormat: `${HADOOP}.hive.ql.io.HiveIgnoreKeyTextOutputFormat`,
    serdeInfo: { serializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
  },
} as const;

/** Partitions by time, as they are projected: nobody has to list or add them. */
const BY_TIME = {
  month: { format: "yyyy-MM", range: `${FIRST_YEAR}-01,NOW`, unit: "MONTHS" },
  date: { format: "yyyy-MM-dd", range: `${FIRST_YEAR}-01-01,NOW`, unit: "DAYS" },
} as const;

interface Described {
  readonly name: string;
  readonly description: string;
  readonly format: keyof typeof FORMATS;
  readonly by: keyof typeof BY_TIME;
  /** Above the folder of a workspace; ends with a slash unless it is empty. */
  readonly folder: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/**
 * The archive as tables. Partitions are projected, so that a day is there as soon as its file is; a query has to name
 * its workspace, because of ids there is no list that could be walked through.
 */
export class ArchiveTables extends Construct {
  readonly database: string;
  readonly #bucket: Bucket;

  constructor(scope: Construct, id: string, { bucket }: { readonly bucket: Bucket }) {
    super(scope, id);
    this.#bucket = bucket;
    const { stackName, account } = Stack.of(this);
    this.database = stackName.toLowerCase().replaceAll(/[^a-z0-9]/g, "_");
    const database = new CfnDatabase(this, "Database", {
      catalogId: account,
      databaseInput: { name: this.database, description: `What ${stackName} has published` },
    });
    for (const table of TABLES) this.#table(database, this.#made(table));
    this.#table(database, {
      name: "statistics_json",
      description: "The documents of closed hours",
      format: "json",
      by: "date",
      folder: "",
      columns: Object.entries(DOCUMENT_FIELDS).map(([name, type]) => ({
        name: name.toLowerCase(),
        type: glueTypeOf(type),
      })),
    });
  }

  #made(table: TableName): Described {
    return {
      name: table,
      description: `A row for each of a workspace's ${table} that are over, UTC`,
      format: "parquet",
      by: "month",
      folder: `parquet/${table}/`,
      columns: columnsOf(table).map(({ name, type }) => ({ name, type: GLUE_TYPES[type] })),
    };
  }

  #table(database: CfnDatabase, { name, description, format, by, folder, columns }: Described): void {
    const { format: dateFormat, range, unit } = BY_TIME[by];
    const location = `s3://${this.#bucket.bucketName}/${folder}`;
    const table = new CfnTable(this, name, {
      catalogId: Stack.of(this).account,
      databaseName: this.database,
      tableInput: {
        name,
        description,
        tableType: "EXTERNAL_TABLE",
        parameters: {
          classification: format,
          "projection.enabled": "true",
          "projection.workspace.type": "injected",
          [`projection.${by}.type`]: "date",
          [`projection.${by}.format`]: dateFormat,
          [`projection.${by}.range`]: range,
          [`projection.${by}.interval`]: "1",
          [`projection.${by}.interval.unit`]: unit,
          "storage.location.template": `${location}workspace=\${workspace}/${by}=\${${by}}/`,
        },
        partitionKeys: [
          { name: "workspace", type: "string" },
          { name: by, type: "string" },
        ],
        storageDescriptor: { ...FORMATS[format], location, columns: [...columns] },
      },
    });
    table.addResourceDependency(database);
  }
}

import { reportRecordsContract } from "../../contracts/report-records.contract.ts";
import { openStore } from "../../support/store.ts";

reportRecordsContract("DynamoDB", openStore);

import { reportsContract } from "../../contracts/reports.contract.ts";
import { openStore } from "../../support/store.ts";

reportsContract("DynamoDB", openStore);

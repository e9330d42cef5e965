import { alertsContract } from "../../contracts/alerts.contract.ts";
import { openStore } from "../../support/store.ts";

alertsContract("DynamoDB", openStore);

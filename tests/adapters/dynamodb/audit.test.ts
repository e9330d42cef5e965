import { auditContract } from "../../contracts/audit.contract.ts";
import { openStore } from "../../support/store.ts";

auditContract("DynamoDB", openStore);

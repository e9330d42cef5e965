import { accountsContract } from "../../contracts/accounts.contract.ts";
import { openStore } from "../../support/store.ts";

accountsContract("DynamoDB", openStore);

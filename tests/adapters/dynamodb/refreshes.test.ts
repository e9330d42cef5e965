import { refreshesContract } from "../../contracts/refreshes.contract.ts";
import { openStore } from "../../support/store.ts";

refreshesContract("DynamoDB", openStore);

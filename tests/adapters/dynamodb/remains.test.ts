import { remainsContract } from "../../contracts/remains.contract.ts";
import { openStore } from "../../support/store.ts";

remainsContract("DynamoDB", openStore);

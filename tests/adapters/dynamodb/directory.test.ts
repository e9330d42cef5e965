import { directoryContract } from "../../contracts/directory.contract.ts";
import { openStore } from "../../support/store.ts";

directoryContract("DynamoDB", openStore);

import { unionsContract } from "../../contracts/unions.contract.ts";
import { openStore } from "../../support/store.ts";

unionsContract("DynamoDB", openStore);

import { credentialsContract } from "../../contracts/credentials.contract.ts";
import { openStore } from "../../support/store.ts";

credentialsContract("DynamoDB", openStore);

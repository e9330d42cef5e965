import { licenseKeysContract } from "../../contracts/license-keys.contract.ts";
import { openStore } from "../../support/store.ts";

licenseKeysContract("DynamoDB", openStore);

import { snapshotsContract } from "../../contracts/snapshots.contract.ts";
import { openStore } from "../../support/store.ts";

snapshotsContract("DynamoDB", openStore);

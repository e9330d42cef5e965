import { channelsContract } from "../../contracts/channels.contract.ts";
import { openStore } from "../../support/store.ts";

channelsContract("DynamoDB", openStore);

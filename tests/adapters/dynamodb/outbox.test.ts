import { outboxContract } from "../../contracts/outbox.contract.ts";
import { openStore } from "../../support/store.ts";

outboxContract("DynamoDB", openStore);

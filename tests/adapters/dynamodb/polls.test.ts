import { pollsContract } from "../../contracts/polls.contract.ts";
import { openStore } from "../../support/store.ts";

pollsContract("DynamoDB", openStore);

import { publicationsContract } from "../../contracts/publications.contract.ts";
import { openStore } from "../../support/store.ts";

publicationsContract("DynamoDB", openStore);

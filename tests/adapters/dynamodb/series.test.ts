import { seriesContract } from "../../contracts/series.contract.ts";
import { openStore } from "../../support/store.ts";

seriesContract("DynamoDB", openStore);

import { forgettingParts } from "../../../functions/adapters/compose-forgetting.ts";
import { diskBlobs } from "../../../functions/adapters/disk/archive.ts";
import { peopleContract, type PeopleStore } from "../../contracts/people.contract.ts";
import { openStore } from "../../support/store.ts";

const open = async (): Promise<PeopleStore> => {
  const store = await openStore();
  const { places } = store;
  return { ...store, ...forgettingParts(places), blobStore: diskBlobs(places.archiveFolder) };
};

peopleContract("DynamoDB", open);

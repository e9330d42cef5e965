import { KEYS } from "../../contract.ts";
import type { LicenseKey, LicenseKeys } from "../../ports/licenses.ts";
import { jsonIn, textIn } from "./attributes.ts";
import type { Table } from "./table.ts";

/** The operator's public keys in DynamoDB; a deployment has a handful. */
export const dynamoLicenseKeys = (table: Table): LicenseKeys => ({
  async list() {
    const { items } = await table.query(KEYS.licenseKey("").pk, {});
    return items.map((item) => ({
      id: textIn(item, "sk"),
      jwk: jsonIn<LicenseKey["jwk"]>(item, "jwk"),
    }));
  },
  async put({ id, jwk }) {
    await table.transact([table.put({ ...KEYS.licenseKey(id), jwk: JSON.stringify(jwk) })]);
  },
  async remove(id) {
    await table.transact([table.remove(KEYS.licenseKey(id))]);
  },
});

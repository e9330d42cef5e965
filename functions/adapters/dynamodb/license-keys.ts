import { KEYS } from "../../contract.ts";
import type { LicenseKey, LicenseKeys } from "../../ports/licenses.ts";
import { jsonIn, textIn } from "./attributes.ts";
import { noted } from "./audit.ts";
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
  async put({ id, jwk }, acts = []) {
    await table.transact([table.put({ ...KEYS.licenseKey(id), jwk: JSON.stringify(jwk) }), ...noted(table, acts)]);
  },
  async remove(id, acts = []) {
    await table.transact([table.remove(KEYS.licenseKey(id)), ...noted(table, acts)]);
  },
});

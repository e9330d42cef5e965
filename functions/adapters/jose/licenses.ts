import type { VerifyLicense } from "../../ports/licenses.ts";

/** Checks licences. */
export const verifyLicense: VerifyLicense = async () => ({ reason: "not built" });

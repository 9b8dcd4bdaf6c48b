import { join } from "node:path";
import { PackageStore } from "../../../flows/node/package-store.ts";
import { provePackage } from "../../../flows/node/prove-package.ts";

/** A store of service packages that proves in this process. */
export function packagesIn(directory: string, ...authors: string[]): PackageStore {
  return new PackageStore({
    ...{ directory: join(directory, "services"), authors, release: "0.1.0" },
    prove: async (opened) => provePackage(opened),
  });
}

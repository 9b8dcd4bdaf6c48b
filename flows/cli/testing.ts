import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { sealPackage } from "../../base/node/service-package.ts";
import type { DefinitionFiles } from "../node/package-source.ts";
import { newServiceFiles } from "./new-service.ts";

/** A fresh author's key. */
export function authorKey(): KeyObject {
  return generateKeyPairSync("ed25519").privateKey;
}

export type PackedOptions = {
  readonly key: KeyObject;
  /** `<institution>/<service>`. */
  readonly service?: string;
  readonly version?: string;
  /** What is different from a new service's files. */
  readonly edit?: (files: DefinitionFiles) => DefinitionFiles;
  /** What the manifest says besides. */
  readonly manifest?: { readonly needsRelease?: string; readonly steps?: string[]; readonly version?: string };
};

/** A package of a new service, with a good signature whatever is in it: an author may sign what no kiosk should take. */
export function packed(options: PackedOptions): string {
  const { service = "municipalidad/permiso-feria", version = "1.0.0", edit = (files) => files } = options;
  const [institution = "", name = ""] = service.split("/");
  const files = edit(newServiceFiles(institution, name, "schema.json"));
  const text = files["service.yaml"]?.replace("version: 1.0.0", `version: ${version}`) ?? "";
  const manifest = {
    ...{ format: 1 as const, service, version, needsRelease: "0.1.0" },
    ...{ steps: ["ask", "finish", "inform"], requires: [], operations: [] },
    proof: { release: "0.1.0", properties: ["ends"], states: 8, events: 20 },
    ...options.manifest,
  };
  return sealPackage(manifest, { ...files, "service.yaml": text }, options.key);
}

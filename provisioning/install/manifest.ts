import { z } from "zod";
import { parseJson } from "../../base/json.ts";
import type { Machine } from "./machine.ts";

/** What an installation changed, so that a removal takes away that and nothing else. */
const manifestSchema = z.strictObject({
  version: z.literal(1),
  /** Debian packages that were not there before. */
  packages: z.array(z.string()),
  /** Files that were written, besides those of packages. */
  files: z.array(z.string()),
  masked: z.array(z.string()),
  /** Target that `/etc` named for the machine's start before; empty when it named none, null when nothing was changed. */
  defaultTarget: z.string().nullable(),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const MANIFEST = "/var/lib/ventanilla/install.json";

export function readManifest(machine: Machine): Manifest {
  const parsed = manifestSchema.safeParse(parseJson(machine.read(MANIFEST) ?? ""));
  return parsed.success ? parsed.data : { version: 1, packages: [], files: [], masked: [], defaultTarget: null };
}

export function writeManifest(machine: Machine, manifest: Manifest): void {
  machine.write(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
}

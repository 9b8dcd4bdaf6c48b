import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { createProcessLogger } from "../base/node/log.ts";
import type { CodedError } from "../base/registry/coded-error.ts";
import { ok, type Result } from "../base/result.ts";
import type { KioskIdentity } from "./identity/interface.ts";
import { type Ground, runProcess } from "./process.ts";
import type { GuardLink, Software } from "./software/interface.ts";
import type { UpdateClient } from "./update/interface.ts";

/** The factories of the parts that stand behind interfaces. */
type Factories = {
  openIdentity(ground: Ground): Promise<Result<KioskIdentity, CodedError>>;
  createUpdateClient(ground: Ground & { readonly identity: KioskIdentity }): UpdateClient;
  createGuardLink(ground: Ground): GuardLink;
  createSoftware(
    ground: Ground & { readonly identity: KioskIdentity; readonly updates: UpdateClient; readonly guard: GuardLink },
  ): Software;
};

async function factory<N extends keyof Factories>(file: string, name: N): Promise<Factories[N]> {
  const module = (await import(new URL(file, import.meta.url).href)) as Pick<Factories, N>;
  return module[name];
}

// The nearest one: the project's from source, the deployable's own in the bundle.
const manifest = findPackageJSON(import.meta.url);
const { version } = JSON.parse(manifest === undefined ? "{}" : readFileSync(manifest, "utf8")) as { version?: string };

await runProcess({
  version: version ?? "unknown",
  log: createProcessLogger("agent"),
  compose: async (ground) => {
    const openIdentity = await factory("./identity/identity.ts", "openIdentity");
    const createUpdateClient = await factory("./update/client.ts", "createUpdateClient");
    const createGuardLink = await factory("./software/guard-link.ts", "createGuardLink");
    const createSoftware = await factory("./software/software.ts", "createSoftware");
    const identity = await openIdentity(ground);
    if (!identity.ok) return identity;
    const guard = createGuardLink(ground);
    const updates = createUpdateClient({ ...ground, identity: identity.value });
    const software = createSoftware({ ...ground, identity: identity.value, updates, guard });
    return ok({ identity: identity.value, software, guard });
  },
});

import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { join } from "node:path";
import { SERVICE_LIMITS, unpackArchive } from "../base/node/archive/unpack.ts";
import { createProcessLogger } from "../base/node/log.ts";
import { ok } from "../base/result.ts";
import { keepCredentialFiles } from "./identity/credential-files.ts";
import { openIdentity } from "./identity/identity.ts";
import { runProcess } from "./process.ts";
import { createGuardLink } from "./software/guard-link.ts";
import { createSoftware, DEFAULT_LIMITS, mayPass } from "./software/software.ts";
import { createConnections } from "./update/connections.ts";
import { whenNeeded } from "./update/when-needed.ts";

// The nearest one: the project's from source, the deployable's own in the bundle.
const manifest = findPackageJSON(import.meta.url);
const { version } = JSON.parse(manifest === undefined ? "{}" : readFileSync(manifest, "utf8")) as { version?: string };

await runProcess({
  version: version ?? "unknown",
  log: createProcessLogger("agent"),
  compose: async ({ settings, store, link, clock, random, log }) => {
    const identity = openIdentity(settings.identity, clock);
    if (!identity.ok) return identity;
    const { credentials, updates, root } = identity.value;
    const guard = createGuardLink({ requests: settings.guard.requests, stateFile: settings.guard.state, clock });
    const repository = new URL(updates, settings.server);
    const connections = createConnections(() => [credentials.value.ca, ...serverCa()]);
    const software = createSoftware({
      ...{ store, runtime: link, guard, clock, random, log },
      updates: whenNeeded(async () => {
        const { createUpdateClient } = await import("./update/client.ts");
        return createUpdateClient({
          metadataUrl: new URL("metadata/", repository).href,
          targetsUrl: new URL("targets/", repository).href,
          metadataDirectory: join(settings.data, "metadata"),
          targetsDirectory: join(settings.data, "targets"),
          ...{ root, clock, random, log, connections },
        });
      }),
      unpack: (file, directory) => unpackArchive(file, directory, SERVICE_LIMITS),
      data: settings.data,
      builtInServices: settings.builtInServices,
      platform: `${process.platform}-${process.arch}`,
      limits: { ...DEFAULT_LIMITS, trial: settings.trial * 1000 },
      passing: mayPass,
    });
    const forget =
      settings.credentials === undefined ? () => {} : keepCredentialFiles(identity.value, settings.credentials);
    return ok({
      ...{ identity: identity.value, software, guard },
      close: () => {
        forget();
        guard.close();
        connections.close();
      },
    });

    function serverCa(): string[] {
      return settings.serverCa === undefined ? [] : [readFileSync(settings.serverCa, "utf8")];
    }
  },
});

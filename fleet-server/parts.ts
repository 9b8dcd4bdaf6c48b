import { isIP } from "node:net";
import { join } from "node:path";
import { THIS_MACHINE } from "../base/node/tls.ts";
import { registerConsole } from "./api/console.ts";
import type { FleetParts } from "./app.ts";
import { verifyChain } from "./audit/audit.ts";
import type { FleetContext } from "./context.ts";
import { createDirector } from "./director/director.ts";
import { openDirectorKey } from "./director/director-key.ts";
import { makeServerCertificate, openAuthority } from "./identity/authority.ts";
import { createIdentity } from "./identity/identity.ts";
import { keepRevocationFile } from "./identity/revocation-file.ts";
import { createRepository } from "./repository/repository.ts";
import { createRollouts } from "./rollouts/rollouts.ts";

/**
 * The parts that this program is made of: the one place where their real implementations are put in.
 *
 * @throws Error when keys are damaged, or there is no update repository at `settings.repository`.
 */
export async function makeParts(context: FleetContext): Promise<FleetParts> {
  const { settings, clock, log } = context;
  const authority = await openAuthority(settings.keys, clock, log);
  const identity = createIdentity(context, authority);
  const director = createDirector(context, await openDirectorKey(settings.keys, log));
  const repository = await createRepository(context);
  if (!repository.ok) {
    identity.close();
    throw new Error(`${repository.error.message}. Make one with: npm run fleet -- repository init`);
  }
  const rollouts = createRollouts(context, director);
  const revocationFile = await keepRevocationFile(context, identity, join(settings.keys, "kiosks.crl"));
  return {
    ...{ identity, director, rollouts, repository: repository.value },
    listenerTls: async () => {
      const further = settings.devices.names.map(
        (value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value }) as const,
      );
      const { chain, key } = await makeServerCertificate(authority, [...THIS_MACHINE, ...further], clock.now());
      return { certificate: chain, key };
    },
    registerConsole: (app, given) =>
      registerConsole(app, context, {
        ...{ ...given, identity, director, rollouts, repository: repository.value },
        verifyAudit: verifyChain,
      }),
    close: () => {
      revocationFile.stop();
      identity.close();
    },
  };
}

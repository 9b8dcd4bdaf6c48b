import { ok } from "../../base/result.ts";
import { FirmaGob } from "../connectors/firmagob.ts";
import { stateOf } from "../health.ts";
import { type InstitutionsOptions, type Part, verificationUrl } from "../part.ts";
import { Signatures } from "./signatures.ts";

/** Signatures of citizens: kept here, and sealed by the signing service. */
export function signing(options: InstitutionsOptions): Part | undefined {
  const config = options.config.institutions.firmagob;
  if (config === undefined) return undefined;
  const { clock, store, logins } = options;
  const { deadlines, retention } = options.config;
  const service = new FirmaGob({ ...config, clock, deadlines });
  const signatures = new Signatures({
    ...{ store, clock, service, logins },
    keep: retention.signatures,
    verificationUrl: verificationUrl(options, "firmagob"),
  });
  return {
    institution: "firmagob",
    probes: [() => service.probe()],
    verify: async (folio, code) => ok(signatures.verify(folio, code)),
    closing: [service],
    queries: {
      "signature.ready": {
        institution: "firmagob",
        ask: async () => ok({ ready: stateOf(await service.probe()) === "up" }),
      },
    },
    submissions: {
      "signature.record": {
        kind: "remote",
        institution: "firmagob",
        resendable: true,
        submit: (input, context) => signatures.record(input, context),
        lookUp: (key, signal) => signatures.find(key, signal),
      },
    },
  };
}

import { FingerprintComparison } from "./connectors/fingerprint-comparison.ts";
import type { InstitutionsOptions, Part } from "./part.ts";

/** Whether a finger is a person's. */
export function fingerprint({ config, clock }: InstitutionsOptions): Part | undefined {
  const settings = config.institutions.fingerprint;
  if (settings === undefined) return undefined;
  const comparison = new FingerprintComparison({ ...settings, clock, deadlines: config.deadlines });
  return {
    institution: "fingerprint",
    probes: [() => comparison.probe()],
    closing: [comparison],
    queries: {
      "identity.fingerprint.verify": {
        institution: "fingerprint",
        ask: (input, signal) => comparison.compare(input, signal),
      },
    },
  };
}

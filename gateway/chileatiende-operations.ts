import { ChileatiendeReclamos } from "./connectors/chileatiende-reclamos.ts";
import { ContactDesk } from "./connectors/contact-desk.ts";
import { type InstitutionsOptions, type Part, verificationUrl } from "./part.ts";

/** Complaints about how somebody was attended. */
export function complaints(options: InstitutionsOptions): Part | undefined {
  const settings = options.config.institutions.chileatiende?.complaints;
  if (settings === undefined) return undefined;
  const { clock, attachments } = options;
  const { deadlines } = options.config;
  const reclamos = new ChileatiendeReclamos({
    ...settings,
    clock,
    deadlines,
    verificationUrl: verificationUrl(options, "chileatiende"),
    paper: (kiosk, sha256) => attachments.read(kiosk, sha256),
  });
  return {
    institution: "chileatiende",
    probes: [() => reclamos.probe()],
    verify: (folio, code, signal) => reclamos.verify(folio, code, signal),
    closing: [reclamos],
    submissions: {
      "chileatiende.reclamo.file": {
        kind: "remote",
        institution: "chileatiende",
        resendable: true,
        submit: (input, context) => reclamos.file(input, context),
        lookUp: (key, signal) => reclamos.find(key, signal),
      },
    },
  };
}

/** Requests that a person calls or writes to the citizen. */
export function contactDesk({ config, clock }: InstitutionsOptions): Part | undefined {
  const settings = config.institutions.chileatiende?.contact;
  if (settings === undefined) return undefined;
  const { deadlines } = config;
  const desk = new ContactDesk({ ...settings, clock, deadlines });
  return {
    institution: "chileatiende",
    probes: [() => desk.probe(deadlines.probe)],
    closing: [desk],
    submissions: {
      "chileatiende.contact-request": {
        kind: "remote",
        institution: "chileatiende",
        resendable: true,
        submit: (input, context) => desk.request(input, context),
        lookUp: (key, signal) => desk.find(key, signal),
      },
    },
  };
}

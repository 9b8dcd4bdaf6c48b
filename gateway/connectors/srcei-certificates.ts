import type { Clock } from "../../base/clock.ts";
import { SUBMISSIONS } from "../../base/contracts/gateway.ts";
import type { Deadlines, InstitutionsConfig } from "../config.ts";
import { KeyedDocuments } from "./keyed-documents.ts";

export type SrceiOptions = NonNullable<InstitutionsConfig["srcei"]> & {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly verificationUrl: (folio: string, code: string) => string;
};

const issued = SUBMISSIONS["srcei.birth-certificate"].result.omit({ verificationUrl: true });

/**
 * The Registro Civil's certificates.
 *
 * **Assumed contract**: the published kiosk service (SOAP `urn:CertificadoDocto` over PISEE) returns an opaque document,
 * and neither folio nor data nor a key to ask by. This adapter speaks JSON of our own design with all of these, so that
 * the journey and its recovery can be built and tested; the PISEE client takes its place when it is written.
 */
export function srceiCertificates({ url, token, clock, deadlines, verificationUrl }: SrceiOptions) {
  return new KeyedDocuments({
    ...{ url, token, clock, verificationUrl },
    deadlines: { make: deadlines.srcei, lookUp: deadlines.lookUp, probe: deadlines.probe },
    path: "/v1/certificates",
    answer: issued,
    refusals: { "person-unknown": "srcei.person-unknown" },
    runOf: ({ person }) => person.run,
  });
}

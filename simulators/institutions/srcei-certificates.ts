import { z } from "zod";
import { type InstitutionOptions, InstitutionServer } from "./institution-server.ts";
import { DocumentLedger } from "./keyed-documents.ts";

export const SRCEI_TOKEN = "srcei-demo";

/** Published: certificates stay checkable for sixty days. */
const CHECKABLE = 60 * 24 * 60 * 60 * 1000;

const request = z.strictObject({
  run: z.string(),
  kind: z.literal("birth"),
  use: z.enum(["todo-tramite", "matricula", "asignacion-familiar"]),
});

/**
 * The Registro Civil's issue of certificates. The published kiosk form (SOAP `urn:CertificadoDocto`) returns an opaque
 * document without folio or key, so this is an assumed contract of our own: JSON, idempotency key, status by key.
 */
export class SrceiCertificates extends InstitutionServer {
  readonly ledger: DocumentLedger<z.infer<typeof request>>;

  constructor(options: InstitutionOptions) {
    const ledger = new DocumentLedger({
      clock: options.clock,
      token: SRCEI_TOKEN,
      path: "/v1/certificates",
      request,
      folio: 500_000_000_000,
      validity: CHECKABLE,
      content: ({ run, use }, person, { issuedAt, validUntil }) => ({
        issuedAt,
        validUntil,
        use,
        person: {
          run,
          name: person.fullName,
          birthDate: person.birthDate,
          birthPlace: person.birthPlace,
          sex: person.sex,
          registration: person.registration,
          parents: person.parents,
        },
      }),
    });
    super(
      {
        id: "srcei-certificates",
        model: "Certificate issue (assumed contract)",
        faults: ["down", "slow", "late", "error-500", "html", "malformed", "drop-answer", "duplicate-key"],
        probe: (exchange) => exchange.path === "/v1/status",
        handle: (exchange) => ledger.handle(exchange),
        describe: () => ({ issued: ledger.issued.length }),
      },
      options,
    );
    this.ledger = ledger;
  }
}

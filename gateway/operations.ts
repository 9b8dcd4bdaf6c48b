import type { Clock } from "../base/clock.ts";
import { coded } from "../base/registry/coded-error.ts";
import { err, ok } from "../base/result.ts";
import type { GatewayConfig } from "./config.ts";
import type { CallFailure, InstitutionId, Operations, Verifier } from "./connectors/connector.ts";
import { FonasaBono } from "./connectors/fonasa-bono.ts";
import { FonasaCertificador } from "./connectors/fonasa-certificador.ts";
import { Notify } from "./connectors/notify.ts";
import { SrceiCertificates } from "./connectors/srcei-certificates.ts";
import { documentOf, type PhoneDocument } from "./delivery/documents.ts";
import type { Links } from "./delivery/links.ts";
import { documentPages } from "./delivery/pages.ts";
import type { Probe } from "./health.ts";
import type { Records } from "./store/records.ts";
import type { SubmissionStore } from "./submissions/submission-store.ts";

export type Institutions = {
  readonly operations: Operations;
  readonly probes: ReadonlyMap<InstitutionId, readonly Probe[]>;
  readonly verifiers: ReadonlyMap<string, Verifier>;
  close(): Promise<void>;
};

export type InstitutionsOptions = {
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly publicUrl: () => string;
  readonly submissions: SubmissionStore;
  readonly links: Links;
  readonly records: Records;
};

type Part = Partial<Operations> & {
  readonly institution: InstitutionId;
  readonly probes: readonly Probe[];
  readonly verify?: Verifier;
  readonly closing: readonly { close(): Promise<void> }[];
};

/** Everything that this gateway can do, from the institutions that its configuration names. */
export function connectInstitutions(options: InstitutionsOptions): Institutions {
  const parts = [fonasa(options), srcei(options), notify(options)].filter((part) => part !== undefined);
  return {
    operations: {
      queries: Object.assign(localQueries(options), ...parts.map(({ queries }) => queries)),
      submissions: Object.assign(local(options), ...parts.map(({ submissions }) => submissions)),
    },
    probes: new Map(parts.map(({ institution, probes }) => [institution, probes])),
    verifiers: new Map(
      parts.flatMap(({ institution, verify }) => (verify === undefined ? [] : [[institution, verify]])),
    ),
    close: async () => {
      await Promise.all(parts.flatMap(({ closing }) => closing.map((connector) => connector.close())));
    },
  };
}

function verificationUrl({ publicUrl }: InstitutionsOptions, institution: InstitutionId) {
  return (folio: string, code: string) =>
    `${publicUrl()}/v/${institution}/${encodeURIComponent(folio)}?c=${encodeURIComponent(code)}`;
}

function fonasa(options: InstitutionsOptions): Part | undefined {
  const config = options.config.institutions.fonasa;
  if (config === undefined) return undefined;
  const { clock } = options;
  const { deadlines } = options.config;
  const certificador = new FonasaCertificador({ ...config.certificador, clock, deadline: deadlines.certificador });
  const bono = new FonasaBono({
    ...config.bono,
    clock,
    deadlines,
    verificationUrl: verificationUrl(options, "fonasa"),
  });
  return {
    institution: "fonasa",
    probes: [() => certificador.probe(deadlines.probe), () => bono.probe(deadlines.probe)],
    verify: (folio, code, signal) => bono.verify(folio, code, signal),
    closing: [certificador, bono],
    queries: {
      "fonasa.affiliation": { institution: "fonasa", ask: ({ run }, signal) => certificador.affiliation(run, signal) },
      "fonasa.prestaciones": { institution: "fonasa", ask: (_input, signal) => bono.prestaciones(signal) },
      "fonasa.providers": {
        institution: "fonasa",
        ask: ({ prestacion }, signal) => bono.providers(prestacion, signal),
      },
      "fonasa.quote": { institution: "fonasa", ask: (input, signal) => bono.quote(input, signal) },
    },
    submissions: {
      "fonasa.bono.issue": {
        kind: "remote",
        institution: "fonasa",
        resendable: true,
        submit: (input, context) => bono.issue(input, context),
        lookUp: (key, signal) => bono.findIssued(key, signal),
      },
      "fonasa.bono.annul": {
        kind: "remote",
        institution: "fonasa",
        resendable: true,
        submit: (input, context) => bono.annul(input, context),
        lookUp: (key, signal) => bono.findAnnulled(key, signal),
      },
    },
  };
}

function srcei(options: InstitutionsOptions): Part | undefined {
  const config = options.config.institutions.srcei;
  if (config === undefined) return undefined;
  const { clock } = options;
  const { deadlines } = options.config;
  const certificates = new SrceiCertificates({
    ...config,
    clock,
    deadlines,
    verificationUrl: verificationUrl(options, "srcei"),
  });
  return {
    institution: "srcei",
    probes: [() => certificates.probe(deadlines.probe)],
    verify: (folio, code, signal) => certificates.verify(folio, code, signal),
    closing: [certificates],
    submissions: {
      "srcei.birth-certificate": {
        kind: "remote",
        institution: "srcei",
        resendable: true,
        submit: (input, context) => certificates.issueBirth(input, context),
        lookUp: (key, signal) => certificates.findBirth(key, signal),
      },
    },
  };
}

function notify(options: InstitutionsOptions): Part | undefined {
  const config = options.config.institutions.notify;
  if (config === undefined) return undefined;
  const { clock, links, publicUrl } = options;
  const { deadlines, retention } = options.config;
  const sender = new Notify({ ...config, clock, deadlines });
  return {
    institution: "notify",
    probes: [() => sender.probe(deadlines.probe)],
    closing: [sender],
    submissions: {
      "delivery.email": {
        kind: "remote",
        institution: "notify",
        resendable: false,
        submit: async ({ document: folio, address }, context) => {
          const document = heldDocument(options, context.kiosk, folio);
          if (document === undefined) return err(documentGone());
          const { code } = links.create(document, retention.emailLink);
          return await sender.send({ address, personalisation: personalisation(document, publicUrl(), code) }, context);
        },
        lookUp: (key, signal) => sender.find(key, signal),
      },
    },
  };
}

/** What the gateway knows without anybody else. */
function localQueries(options: InstitutionsOptions): Operations["queries"] {
  return {
    "document.pages": {
      ask: async ({ document: folio, demo }, _signal, kiosk) => {
        const document = heldDocument(options, kiosk, folio);
        if (document === undefined) return err(documentGone());
        const pages = await documentPages(document, demo);
        if (!pages.ok) return err({ error: pages.error, effect: "none" });
        return ok({ pdf: Buffer.from(pages.value).toString("base64") });
      },
    },
  };
}

/** What the gateway does without anybody else. */
function local(options: InstitutionsOptions): Operations["submissions"] {
  const { links, records, publicUrl } = options;
  return {
    "delivery.link": {
      kind: "local",
      run: ({ document: folio }, { kiosk }) => {
        const document = heldDocument(options, kiosk, folio);
        if (document === undefined) return err(documentGone());
        const { code, expiresAt } = links.create(document, options.config.retention.link);
        return ok({ url: `${publicUrl()}/d/${code}`, code, expiresAt: new Date(expiresAt).toISOString() });
      },
    },
    "consent.record": {
      kind: "local",
      run: (input, origin) => {
        records.consent(input, origin);
        return ok({ recorded: true });
      },
    },
    "survey.record": {
      kind: "local",
      run: (input, origin) => {
        records.survey(input, origin);
        return ok({ recorded: true });
      },
    },
    "incident.record": {
      kind: "local",
      run: (input, origin) => {
        records.incident(input, origin);
        return ok({ recorded: true });
      },
    },
  };
}

function heldDocument(options: InstitutionsOptions, kiosk: string, folio: string): PhoneDocument | undefined {
  const held = options.submissions.byFolio(kiosk, folio);
  return held === undefined ? undefined : documentOf(held.operation, held.result);
}

function documentGone(): CallFailure {
  return { error: coded("gateway.document-gone"), effect: "none" };
}

/** An e-mail crosses many hands: it says what to fetch where, and nothing about the person. */
function personalisation(document: PhoneDocument, publicUrl: string, code: string): Record<string, string> {
  return {
    documento: document.title,
    institucion: document.institution,
    folio: document.folio,
    codigo_verificacion: document.verificationCode,
    enlace: `${publicUrl}/d/${code}`,
    verificacion: document.verificationUrl,
  };
}

import { DRAFT_PATH } from "../base/contracts/hand-off-code.ts";
import { coded } from "../base/registry/coded-error.ts";
import { err, ok } from "../base/result.ts";
import { complaints, contactDesk } from "./chileatiende-operations.ts";
import { ClaveUnica } from "./connectors/claveunica.ts";
import type { CallFailure, InstitutionId, Operations, SubmissionContext, Verifier } from "./connectors/connector.ts";
import { FonasaBono } from "./connectors/fonasa-bono.ts";
import { FonasaCertificador } from "./connectors/fonasa-certificador.ts";
import { Notify } from "./connectors/notify.ts";
import { SimpleProcesses } from "./connectors/simple.ts";
import { srceiCertificates } from "./connectors/srcei-certificates.ts";
import { documentOf, type PhoneDocument } from "./delivery/documents.ts";
import { documentPages } from "./delivery/pages.ts";
import { fingerprint } from "./fingerprint-operations.ts";
import type { Probe } from "./health.ts";
import { attention } from "./office-operations.ts";
import { type InstitutionsOptions, type Part, phoneLink, type TurnFinder, verificationUrl } from "./part.ts";
import { signing } from "./signing/signing-operations.ts";

export type Institutions = {
  readonly operations: Operations;
  readonly probes: ReadonlyMap<InstitutionId, readonly Probe[]>;
  readonly verifiers: ReadonlyMap<string, Verifier>;
  readonly claveUnica: ClaveUnica | undefined;
  /** Where a turn stands, for the phone of whoever holds its code; absent where no office is connected. */
  readonly turn: TurnFinder | undefined;
  close(): Promise<void>;
};

/** Everything that this gateway can do, from the institutions that its configuration names. */
export function connectInstitutions(options: InstitutionsOptions): Institutions {
  const login = claveUnica(options);
  const parts = [
    ...[fonasa(options), srcei(options), complaints(options), contactDesk(options), attention(options)],
    ...[notify(options), simple(options), fingerprint(options), signing(options), login?.part],
  ].filter((part) => part !== undefined);
  return {
    operations: {
      queries: Object.assign(localQueries(options), ...parts.map(({ queries }) => queries)),
      submissions: Object.assign(local(options), ...parts.map(({ submissions }) => submissions)),
    },
    probes: new Map(
      [...Map.groupBy(parts, ({ institution }) => institution)].map(([institution, those]) => [
        institution,
        those.flatMap(({ probes }) => probes),
      ]),
    ),
    verifiers: new Map(
      parts.flatMap(({ institution, verify }) => (verify === undefined ? [] : [[institution, verify]])),
    ),
    claveUnica: login?.connector,
    turn: parts.find(({ turn }) => turn !== undefined)?.turn,
    close: async () => {
      await Promise.all(parts.flatMap(({ closing }) => closing.map((connector) => connector.close())));
    },
  };
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
  const certificates = srceiCertificates({
    ...config,
    clock,
    deadlines,
    verificationUrl: verificationUrl(options, "srcei"),
  });
  return {
    institution: "srcei",
    probes: [() => certificates.probe()],
    verify: (folio, code, signal) => certificates.verify(folio, code, signal),
    closing: [certificates],
    submissions: {
      "srcei.birth-certificate": {
        kind: "remote",
        institution: "srcei",
        resendable: true,
        submit: ({ run, use }, context) => certificates.make(run, { run, kind: "birth", use }, context),
        lookUp: (key, signal) => certificates.find(key, signal),
      },
    },
  };
}

type To = ({ readonly address: string } | { readonly number: string }) & { readonly template: string };

function notify(options: InstitutionsOptions): Part | undefined {
  const config = options.config.institutions.notify;
  if (config === undefined) return undefined;
  const { clock, links, publicUrl } = options;
  const { deadlines, retention } = options.config;
  const { smsTemplateId } = config;
  const sender = new Notify({ ...config, clock, deadlines });
  const sending = {
    kind: "remote",
    institution: "notify",
    resendable: false,
    lookUp: (key: string, signal: AbortSignal) => sender.find(key, signal),
  } as const;
  const send = async (folio: string, to: To, context: SubmissionContext) => {
    const document = heldDocument(options, context.kiosk, folio);
    if (document === undefined) return err(documentGone());
    const { code } = links.create(document, retention.emailLink);
    return await sender.send({ ...to, personalisation: personalisation(document, publicUrl(), code) }, context);
  };
  return {
    institution: "notify",
    probes: [() => sender.probe(deadlines.probe)],
    closing: [sender],
    submissions: {
      "delivery.email": {
        ...sending,
        submit: ({ document, address }, context) => send(document, { address, template: config.templateId }, context),
      },
      ...(smsTemplateId === undefined
        ? {}
        : {
            "delivery.sms": {
              ...sending,
              submit: ({ document, number }, context) => send(document, { number, template: smsTemplateId }, context),
            },
          }),
    },
  };
}

/** Where ClaveÚnica sends phones back to: registered there, so that it has no query and does not end in a slash. */
export const LOGIN_RETURN = "/claveunica/callback";

function claveUnica(options: InstitutionsOptions): { readonly connector: ClaveUnica; readonly part: Part } | undefined {
  const { clock, config, publicUrl } = options;
  if (config.institutions.claveunica === undefined) return undefined;
  const connector = new ClaveUnica({
    ...config.institutions.claveunica,
    clock,
    deadlines: config.deadlines,
    redirectUri: () => `${publicUrl()}${LOGIN_RETURN}`,
  });
  const probes = [() => connector.probe(config.deadlines.probe)];
  return { connector, part: { institution: "claveunica", probes, closing: [connector] } };
}

function simple(options: InstitutionsOptions): Part | undefined {
  const config = options.config.institutions.simple;
  if (config === undefined) return undefined;
  const { clock, publicUrl } = options;
  const { deadlines } = options.config;
  const processes = new SimpleProcesses({ ...config, clock, deadlines, callback: publicUrl });
  return {
    institution: "simple",
    probes: [() => processes.probe(deadlines.probe)],
    closing: [processes],
    submissions: {
      "simple.start": {
        kind: "remote",
        institution: "simple",
        resendable: false,
        submit: (input, context) => processes.start(input, context),
        lookUp: (key, signal) => processes.find(key, signal),
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
  const { links, drafts, records, publicUrl } = options;
  return {
    "delivery.link": {
      kind: "local",
      run: ({ document: folio }, { kiosk }) => {
        const document = heldDocument(options, kiosk, folio);
        if (document === undefined) return err(documentGone());
        return ok(phoneLink(`${publicUrl()}/d`, links.create(document, options.config.retention.link)));
      },
    },
    "hand-off.to-phone": {
      kind: "local",
      run: (draft) => ok(phoneLink(publicUrl() + DRAFT_PATH, drafts.create(draft, options.config.retention.draft))),
    },
    "hand-off.claim": {
      kind: "local",
      run: ({ service, code }) => {
        const draft = drafts.open(code, (one) => one.service === service);
        if (typeof draft === "string") return err({ error: coded(`hand-off.${draft}`), effect: "refused" });
        return ok({ fields: Object.fromEntries(draft.fields.map(({ name, value }) => [name, value])) });
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

/** A message crosses many hands: it says what to fetch where, and nothing about the person. */
function personalisation(document: PhoneDocument, publicUrl: string, code: string): Record<string, string> {
  return {
    documento: document.title,
    institucion: document.institution,
    folio: document.folio,
    codigo_verificacion: document.verificationCode ?? document.folio,
    enlace: `${publicUrl}/d/${code}`,
    verificacion: document.verificationUrl ?? `${publicUrl}/d/${code}`,
  };
}

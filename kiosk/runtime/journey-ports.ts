import { anySignal } from "../../base/deadline.ts";
import type { Observable } from "../../base/observable.ts";
import { done, failed, type Outcome } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { CedulaReading, CodeReading } from "../../drivers/code-reader/interface.ts";
import type { ChipEvidence, FingerAnswer, JourneyPorts, ScannedPaper } from "../../flows/engine/ports.ts";
import { readChip } from "./chip-reading.ts";
import { type ScanPageOptions, scanPage } from "./document-scanning.ts";
import { charge, refund } from "./effects/charge.ts";
import type { EffectContext } from "./effects/context.ts";
import { printPages } from "./effects/pages.ts";
import { print } from "./effects/print.ts";
import { queue } from "./effects/queue.ts";
import type { EffectRunner } from "./effects/runner.ts";
import type { Settlement } from "./effects/settlement.ts";
import { submit } from "./effects/submit.ts";
import { type FingerOptions, verifyFinger } from "./finger-verification.ts";
import type { Outbox } from "./outbox/outbox.ts";
import { logInByPhone } from "./phone-login.ts";
import { serving } from "./serving.ts";

/** Longer than any citizen looks for a card; the session's own time-out comes first. */
const SCAN_WITHIN = 300_000;
/** For whoever has the reader to be done with it: a test takes seconds. */
const LEASE_WITHIN = 30_000;

/** What every journey of this kiosk acts through. */
export type JourneyParts = {
  readonly context: EffectContext;
  readonly runner: EffectRunner;
  readonly settlement: Settlement;
  readonly outbox: Outbox;
  /** The kiosk runs on its battery: no new payment is begun. */
  readonly onBattery: Observable<boolean>;
};

/** The ports of one journey over this kiosk's devices, gateway and journal. `journey` is already opened in the journal. */
export function createJourneyPorts(journey: string, parts: JourneyParts): JourneyPorts {
  const { context, runner, settlement, outbox, onBattery } = parts;
  const { journal, gateway, leases, papers } = context;
  leases.beginJourney(journey);
  papers.beginJourney(journey);
  return {
    scan: async ({ signal }) => {
      const outcome = cedulaIn(await scan(context, journey, signal));
      journal.event(journey, "scan", outcome.outcome === "ok" ? "ok" : outcome.error.code);
      return outcome;
    },
    scanCode: async ({ signal }) => {
      const outcome = wordsIn(await scan(context, journey, signal));
      journal.event(journey, "scan-code", outcome.outcome === "ok" ? "ok" : outcome.error.code);
      return outcome;
    },
    readChip: async ({ key }, { signal, onProgress }) => {
      const outcome = await tap(context, journey, { key, signal, onProgress });
      const genuine = outcome.outcome === "ok" && outcome.value.genuine ? "genuine" : "not-proved";
      journal.event(journey, "read-chip", outcome.outcome === "ok" ? genuine : outcome.error.code);
      return outcome;
    },
    verifyFinger: async (request, options) => {
      const outcome = await layFinger(context, journey, request, options);
      journal.event(journey, "verify-finger", outcome.outcome === "ok" ? outcome.value : outcome.error.code);
      return outcome;
    },
    logInByPhone: async (request, options) => {
      const outcome = await logInByPhone(context, request, options);
      journal.event(journey, "log-in-by-phone", outcome.outcome === "ok" ? "ok" : outcome.error.code);
      return outcome;
    },
    scanPage: async ({ held }, options) => {
      papers.keepOnly(journey, held);
      const outcome = await scanPaper(context, journey, options);
      journal.event(journey, "scan-page", outcome.outcome === "ok" ? "ok" : outcome.error.code);
      return outcome;
    },
    lookUp: async ({ operation, input }, { signal }) => {
      const outcome = await gateway.query(operation, input, signal);
      journal.event(journey, operation, outcome.outcome === "ok" ? "ok" : outcome.error.code);
      return outcome;
    },
    submit: (request, { signal }) =>
      runner.run(journey, request.effect, signal, () =>
        request.mayWait === true ? queue(context, outbox, journey, request) : submit(context, journey, request),
      ),
    charge: async (request, { signal, onPrompt }) => {
      if (settlement.held.value) return failed(coded("runtime.terminal-held"));
      if (onBattery.value) return failed(coded("runtime.on-battery"));
      const prompt: typeof onPrompt = (value) => signal.aborted || onPrompt(value);
      return await runner.run(journey, request.effect, signal, () => charge(context, journey, request, prompt));
    },
    refund: async ({ effect, sale }, { signal }) => {
      const charged = journal.effects(journey).find(({ kind, ticket }) => kind === "charge" && ticket === sale.ticket);
      if (charged === undefined) return failed(coded("common.bad-input", "no charge of this journey has that ticket"));
      return await runner.run(journey, effect, signal, () => refund(context, journey, effect, charged, sale));
    },
    print: (request, { signal, onProgress }) => {
      const progress: typeof onProgress = (value) => signal.aborted || onProgress(value);
      return runner.run(journey, request.effect, signal, () => print(context, journey, request, progress));
    },
    printPages: (request, { signal, onProgress }) => {
      const progress: typeof onProgress = (value) => signal.aborted || onProgress(value);
      return runner.run(journey, request.effect, signal, () =>
        printPages(context, journey, request, { signal, onProgress: progress }),
      );
    },
    incident: async (record) => ({ number: journal.incidents.record(journey, "journey", record) }),
    settle: async (result) => {
      leases.endJourney(journey);
      papers.endJourney(journey);
      // What is being submitted is submitted whole.
      void runner.idle(journey).then(() => papers.destroy(journey));
      journal.endJourney(journey, result);
      settlement.settle(journey);
    },
  };
}

async function tap(
  { devices, leases, clock }: EffectContext,
  journey: string,
  options: Parameters<typeof readChip>[2],
): Promise<Outcome<ChipEvidence>> {
  const reader = serving(devices, "chip-card-reader");
  if (reader === undefined) return failed(coded("runtime.no-device", "chip-card-reader"));
  const { signal } = options;
  const lease = { device: reader, holder: journey, signal, wait: LEASE_WITHIN, atEnd: "drop" } as const;
  return await leases.withLease(lease, (stop) => readChip(reader, clock, { ...options, signal: stop }));
}

async function layFinger(
  context: EffectContext,
  journey: string,
  request: Parameters<JourneyPorts["verifyFinger"]>[0],
  options: FingerOptions,
): Promise<Outcome<FingerAnswer>> {
  const reader = serving(context.devices, "fingerprint-reader");
  if (reader === undefined) return failed(coded("runtime.no-device", "fingerprint-reader"));
  const { signal } = options;
  const lease = { device: reader, holder: journey, signal, wait: LEASE_WITHIN, atEnd: "drop" } as const;
  return await context.leases.withLease(lease, (stop) =>
    verifyFinger(reader, context, request, { ...options, signal: stop }),
  );
}

async function scanPaper(
  { devices, leases, papers, clock }: EffectContext,
  journey: string,
  options: ScanPageOptions,
): Promise<Outcome<ScannedPaper>> {
  const there = devices["document-scanner"].find(({ status }) => status.value.link === "connected");
  // One in which paper sticks looks anew and says so itself: the citizen's page then says what to do.
  const scanner = serving(devices, "document-scanner") ?? there;
  if (scanner === undefined) return failed(coded("runtime.no-device", "document-scanner"));
  const { signal } = options;
  const lease = { device: scanner, holder: journey, signal, wait: LEASE_WITHIN, atEnd: "drop" } as const;
  const keep = (picture: Uint8Array) => papers.keep(journey, picture);
  return await leases.withLease(lease, (stop) => scanPage(scanner, clock, keep, { ...options, signal: stop }));
}

async function scan(
  { devices, leases, clock }: EffectContext,
  journey: string,
  signal: AbortSignal,
): Promise<Outcome<CodeReading>> {
  const reader = serving(devices, "code-reader");
  if (reader === undefined) return failed(coded("runtime.no-device", "code-reader"));
  const lease = { device: reader, holder: journey, signal, wait: LEASE_WITHIN, atEnd: "drop" } as const;
  const late = new AbortController();
  const timer = clock.setTimeout(() => late.abort(), SCAN_WITHIN);
  const outcome = await leases.withLease(lease, (stop) => reader.read({ signal: anySignal(late.signal, stop) }));
  timer.cancel();
  return outcome;
}

function cedulaIn(read: Outcome<CodeReading>): Outcome<CedulaReading> {
  if (read.outcome !== "ok") return read;
  return read.value.kind === "cedula" ? done(read.value) : failed(coded("flows.not-a-cedula", read.value.kind));
}

/** What a document says is dropped here: nobody asked who stands there. */
function wordsIn(read: Outcome<CodeReading>): Outcome<string> {
  if (read.outcome !== "ok") return read;
  const { value } = read;
  if (value.kind === "url") return done(value.url);
  return value.kind === "text" ? done(value.text) : failed(coded("flows.foreign-code", value.kind));
}

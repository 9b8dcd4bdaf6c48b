import { anySignal } from "../../base/deadline.ts";
import { failed, type Outcome } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { CedulaReading } from "../../drivers/code-reader/interface.ts";
import type { JourneyPorts } from "../../flows/engine/ports.ts";
import { charge, refund } from "./effects/charge.ts";
import type { EffectContext } from "./effects/context.ts";
import { print } from "./effects/print.ts";
import type { EffectRunner } from "./effects/runner.ts";
import type { Settlement } from "./effects/settlement.ts";
import { submit } from "./effects/submit.ts";
import { serving } from "./serving.ts";

/** Longer than any citizen looks for a card; the session's own time-out comes first. */
const SCAN_WITHIN = 300_000;
/** For whoever has the reader to be done with it: a test takes seconds. */
const LEASE_WITHIN = 30_000;

/** The ports of one journey over this kiosk's devices, gateway and journal. `journey` is already opened in the journal. */
export function createJourneyPorts(
  journey: string,
  context: EffectContext,
  runner: EffectRunner,
  settlement: Settlement,
): JourneyPorts {
  const { journal, gateway, leases } = context;
  leases.beginJourney(journey);
  return {
    scan: async ({ signal }) => {
      const outcome = await scan(context, journey, signal);
      journal.event(journey, "scan", outcome.outcome === "ok" ? "ok" : outcome.error.code);
      return outcome;
    },
    lookUp: async ({ operation, input }, { signal }) => {
      const outcome = await gateway.query(operation, input, signal);
      journal.event(journey, operation, outcome.outcome === "ok" ? "ok" : outcome.error.code);
      return outcome;
    },
    submit: (request, { signal }) =>
      runner.run(journey, request.effect, signal, () => submit(context, journey, request)),
    charge: async (request, { signal, onPrompt }) => {
      if (settlement.held.value) return failed(coded("runtime.terminal-held"));
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
    incident: async (record) => ({ number: journal.incidents.record(journey, "journey", record) }),
    settle: async (result) => {
      leases.endJourney(journey);
      journal.endJourney(journey, result);
      settlement.settle(journey);
    },
  };
}

async function scan(
  { devices, leases, clock }: EffectContext,
  journey: string,
  signal: AbortSignal,
): Promise<Outcome<CedulaReading>> {
  const reader = serving(devices, "code-reader");
  if (reader === undefined) return failed(coded("runtime.no-device", "code-reader"));
  const lease = { device: reader, holder: journey, signal, wait: LEASE_WITHIN, atEnd: "drop" } as const;
  const late = new AbortController();
  const timer = clock.setTimeout(() => late.abort(), SCAN_WITHIN);
  const outcome = await leases.withLease(lease, (stop) => reader.read({ signal: anySignal(late.signal, stop) }));
  timer.cancel();
  if (outcome.outcome !== "ok") return outcome;
  return outcome.value.kind === "cedula"
    ? { outcome: "ok", value: outcome.value }
    : failed(coded("runtime.not-a-cedula", outcome.value.kind));
}

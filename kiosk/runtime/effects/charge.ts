import { pause } from "../../../base/deadline.ts";
import { done, failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import type {
  PaymentPrompt,
  PaymentTerminal,
  SaleIntent,
  SaleResult,
} from "../../../drivers/payment-terminal/interface.ts";
import type { Effect } from "../journal/effect.ts";
import { servingSoon } from "../serving.ts";
import type { EffectContext } from "./context.ts";
import { atMost } from "./deadline.ts";

/** Above every terminal's own time-outs. */
const SALE_WITHIN = 240_000;
/** A terminal that may still be at work on a sale tells nothing before it has had its whole time for it. */
const RECOVER_WITHIN = 200_000;
/** Sale and questions together stay below the six minutes that a journey waits. */
const CHARGE_WITHIN = 340_000;
const REVERSE_WITHIN = 150_000;
/** For whoever has the terminal to be done with it: a test takes seconds. */
const LEASE_WITHIN = 30_000;
/** Waits between questions about a sale in doubt, while a citizen looks on; the driver itself has asked before. */
const ASK_AGAIN_AFTER = [0, 1_000, 3_000];

/** Charges a card once. An approved charge is never made again under the same name; a declined or failed one is a new attempt. */
export async function charge(
  context: EffectContext,
  journey: string,
  request: { readonly effect: string; readonly amount: number },
  onPrompt: (prompt: PaymentPrompt | "resolving") => void,
): Promise<Outcome<SaleResult>> {
  const { journal } = context;
  const earlier = journal.latest(journey, request.effect);
  if (earlier !== undefined && earlier.state !== "failed" && earlier.detail !== "declined") {
    const sale = earlier.state === "done" ? saleOf(context, earlier) : undefined;
    return sale === undefined ? uncertain(coded("runtime.effect-unresolved", request.effect)) : done(sale);
  }
  const terminal = await servingSoon(context.devices, "payment-terminal", context.clock);
  if (terminal === undefined) return failed(coded("runtime.no-device", "payment-terminal"));
  return await context.leases.withLease({ device: terminal, holder: journey, wait: LEASE_WITHIN }, () =>
    chargeOn(terminal, context, journey, request, onPrompt),
  );
}

async function chargeOn(
  terminal: PaymentTerminal,
  context: EffectContext,
  journey: string,
  request: { readonly effect: string; readonly amount: number },
  onPrompt: (prompt: PaymentPrompt | "resolving") => void,
): Promise<Outcome<SaleResult>> {
  const { journal, clock } = context;
  const effect = journal.intend(journey, {
    name: request.effect,
    kind: "charge",
    device: terminal.id,
    amount: request.amount,
    ticketLength: terminal.capabilities.maxTicketLength,
  });
  const intent = intentOf(effect);
  const begun = clock.monotonic();
  journal.advance(effect.key, "sent");
  const outcome = await atMost(clock, SALE_WITHIN, "sale", (signal) => terminal.sale(intent, { signal, onPrompt }));
  record(context, effect, outcome);
  if (outcome.outcome !== "unknown") return outcome;
  onPrompt("resolving");
  for (const wait of ASK_AGAIN_AFTER) {
    await pause(clock, wait);
    const left = CHARGE_WITHIN - (clock.monotonic() - begun);
    if (left <= 0) break;
    const recovered = await recover(context, effect, terminal, Math.min(left, RECOVER_WITHIN));
    if (recovered.outcome !== "unknown") return recovered;
  }
  return uncertain(outcome.error);
}

/**
 * Asks the terminal once what became of a charge that is `sent` or `unknown`, and records what it says.
 *
 * @param within milliseconds.
 */
export async function recover(
  context: EffectContext,
  effect: Effect,
  terminal: PaymentTerminal,
  within = RECOVER_WITHIN,
): Promise<Outcome<SaleResult>> {
  const lease = { device: terminal, holder: effect.journey, wait: Math.min(within, LEASE_WITHIN) };
  const answer = await context.leases.withLease(lease, () =>
    atMost(context.clock, within, "recover", (signal) => terminal.recover(intentOf(effect), { signal })),
  );
  if (answer.outcome !== "ok") return uncertain(answer.error);
  return answer.value.taken
    ? record(context, effect, done(answer.value.sale))
    : record(context, effect, failed(coded("runtime.charge-not-taken", effect.ticket ?? undefined)));
}

/**
 * Gives the money of an approved charge back, once. It is an attempt also when the terminal that took it is not there or
 * the sale is not known any more: then it fails, and a person settles it.
 */
export async function refund(
  context: EffectContext,
  journey: string,
  name: string,
  charged: Effect,
  sale: SaleResult | undefined,
): Promise<Outcome<void>> {
  const { journal, devices, leases } = context;
  const earlier = journal.latest(journey, name);
  if (earlier?.state === "done") return done(undefined);
  if (earlier !== undefined && earlier.state !== "failed") return uncertain(coded("runtime.effect-unresolved", name));
  const terminal = devices["payment-terminal"].find(
    ({ id, status }) => id === charged.device && status.value.link === "connected",
  );
  const intend = () =>
    journal.intend(journey, {
      name,
      kind: "refund",
      operation: charged.key,
      ...(terminal === undefined ? {} : { device: terminal.id }),
      ...(charged.amount === null ? {} : { amount: charged.amount }),
    });
  if (terminal === undefined || sale === undefined) {
    const error = coded("runtime.no-device", "payment-terminal");
    journal.advance(intend().key, "failed", error.code);
    return failed(error);
  }
  return await leases.withLease({ device: terminal, holder: journey, wait: LEASE_WITHIN }, () =>
    reverseOn(terminal, context, intend().key, sale),
  );
}

async function reverseOn(
  terminal: PaymentTerminal,
  { journal, clock }: EffectContext,
  key: string,
  sale: SaleResult,
): Promise<Outcome<void>> {
  journal.advance(key, "sent");
  const outcome = await atMost(clock, REVERSE_WITHIN, "reverse", (signal) => terminal.reverse(sale, { signal }));
  journal.advance(key, STATES[outcome.outcome], outcome.outcome === "ok" ? "refunded" : outcome.error.code);
  return outcome.outcome === "ok" ? done(undefined) : outcome;
}

/** What a charge that is done took, while its journey is not settled. */
export function saleOf(context: EffectContext, effect: Effect): SaleResult | undefined {
  return context.journal.secret(effect.key) as SaleResult | undefined;
}

const STATES = { ok: "done", error: "failed", unknown: "unknown" } as const;

function record({ journal }: EffectContext, effect: Effect, outcome: Outcome<SaleResult>): Outcome<SaleResult> {
  if (outcome.outcome === "ok") journal.advance(effect.key, "done", outcome.value.status, outcome.value);
  else journal.advance(effect.key, outcome.outcome === "error" ? "failed" : "unknown", outcome.error.code);
  return outcome;
}

function intentOf(effect: Effect): SaleIntent {
  const { amount, ticket, startedAt } = effect;
  if (amount === null || ticket === null) throw new Error(`charge ${effect.key} has no amount or ticket`);
  return { amount, ticket, startedAt };
}

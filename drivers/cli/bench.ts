import type { Outcome } from "../../base/outcome.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { Device } from "../device.ts";
import { listPorts } from "../discovery/list-ports.ts";
import {
  CONNECT_WITHIN,
  notThere,
  STATUS_WITHIN,
  tellStatus,
  until,
  type WatchedKind,
  watch,
  withDevice,
} from "./device.ts";
import type { CliCommand, CliContext, CliOption, CliOutcome } from "./kind.ts";
import { reachOf } from "./reach.ts";
import { RESET_SUMMARY, resetDevice } from "./reset.ts";

/** What one step of an assembly check found. */
export type Verdict =
  | { readonly verdict: "pass" | "not-run"; readonly detail: string }
  | { readonly verdict: "fail" | "unknown"; readonly detail: string; readonly error: CodedError };

/** What a kind tells of itself so that its devices can be looked at, watched and checked. */
export type BenchKind<D extends Device> = WatchedKind<D> & {
  readonly options: { readonly [name: string]: CliOption };
  /** Further options of `bench-check`. */
  readonly checkOptions?: { readonly [name: string]: CliOption };
  /** The one harmless thing that shows that the device does its work. */
  readonly proof?: {
    readonly what: string;
    /** What a person is asked to do meanwhile, e.g. `scan`; left out when nobody is needed. */
    readonly ask?: string;
    readonly run: (device: D, context: CliContext) => Promise<Verdict>;
  };
};

const UNATTENDED = {
  unattended: { meaning: "nobody is there: what needs a hand is left out", flag: true },
} as const satisfies { readonly [name: string]: CliOption };

/** `status`, `watch`, `reset` and `bench-check`, the same for every kind: to be spread among its commands. */
export function benchCommands<D extends Device>(kind: BenchKind<D>) {
  const { options, checkOptions = {}, proof } = kind;
  return {
    status: {
      summary: "what the device says of itself, once: link, readiness, conditions",
      options,
      run: (context) => withDevice(kind, context, (device) => tellStatus(device, kind, context)),
    },
    watch: {
      summary: "tells each change of the device's status, until Ctrl-C or --timeout",
      options,
      run: (context) => withDevice(kind, context, (device) => watch(device, kind, context)),
    },
    reset: {
      summary: RESET_SUMMARY,
      options,
      run: (context) => withDevice(kind, context, (device) => resetDevice(device, context)),
    },
    "bench-check": {
      summary: `assembly check: link, identity, status, and ${proof?.what ?? "no proof for this kind yet"}`,
      options: { ...options, ...checkOptions, ...(proof?.ask === undefined ? {} : UNATTENDED) },
      run: async (context) => {
        const identity = await identityOf(context);
        return await withDevice(kind, context, (device) => check(device, kind, identity, context));
      },
    },
  } as const satisfies { readonly [command: string]: CliCommand };
}

/** The outcome of a command as a verdict. */
export function proved<T>(outcome: Outcome<T>, detail: (value: T) => string): Verdict {
  if (outcome.outcome === "ok") return { verdict: "pass", detail: detail(outcome.value) };
  const verdict = outcome.outcome === "error" ? "fail" : "unknown";
  return { verdict, detail: outcome.error.message, error: outcome.error };
}

async function check<D extends Device>(
  device: D,
  kind: BenchKind<D>,
  identity: Verdict,
  context: CliContext,
): Promise<CliOutcome> {
  const { signal, event } = context;
  const { clock } = reachOf(context);
  const verdicts: ({ readonly check: string } & Verdict)[] = [];
  const step = async (name: string, run: () => Promise<Verdict>): Promise<boolean> => {
    const began = clock.monotonic();
    const found = await run();
    verdicts.push({ check: name, ...found });
    const { verdict, detail } = found;
    const seconds = Math.round((clock.monotonic() - began) / 10) / 100;
    event({ check: name, verdict, detail, ...("error" in found ? { code: found.error.code } : {}), seconds });
    return verdict === "pass" || verdict === "not-run";
  };
  const steps: readonly (readonly [string, () => Promise<Verdict>])[] = [
    ["link", () => linkOf(device, context)],
    ["identity", async () => identity],
    ["status", () => statusOf(device, kind, context)],
    ["proof", () => prove(device, kind, context)],
  ];
  for (const [name, run] of steps) if (signal.aborted || !(await step(name, run))) break;
  const checks = verdicts.map(({ check: name, verdict, detail }) => ({ check: name, verdict, detail }));
  const failure = verdicts.find((found) => "error" in found);
  if (failure !== undefined && "error" in failure) {
    const outcome = failure.verdict === "unknown" ? "unknown" : "error";
    return { outcome, result: { verdict: failure.verdict, checks }, error: failure.error };
  }
  if (signal.aborted) return { outcome: "error", result: { checks }, error: coded("common.cancelled", "bench-check") };
  return { outcome: "ok", result: { verdict: "pass", checks } };
}

async function prove<D extends Device>(device: D, { proof }: BenchKind<D>, context: CliContext): Promise<Verdict> {
  if (proof === undefined) return { verdict: "not-run", detail: "there is no proof for this kind" };
  if (proof.ask !== undefined) {
    if (context.options.unattended === true)
      return { verdict: "not-run", detail: "it needs a hand, and nobody is there" };
    context.event({ ask: proof.ask });
  }
  return await proof.run(device, context);
}

async function linkOf(device: Device, context: CliContext): Promise<Verdict> {
  if (await until(device.status, ({ link }) => link === "connected", CONNECT_WITHIN, context))
    return { verdict: "pass", detail: `${context.port} is open` };
  const error = notThere(device, context);
  return { verdict: "fail", detail: error.message, error };
}

/** What the machine knows of the plug, without a word to the device. */
async function identityOf({ port, model }: CliContext): Promise<Verdict> {
  const ports = await listPorts();
  const found = ports.find(({ path, links }) => path === port || links.includes(port));
  const { vendorId, productId, manufacturer } = found ?? {};
  if (vendorId === undefined) return { verdict: "not-run", detail: `${model}; the port has no USB identity` };
  const maker = manufacturer === undefined ? "" : ` ${manufacturer}`;
  return { verdict: "pass", detail: `${model} on ${vendorId}:${productId ?? "?"}${maker}` };
}

async function statusOf<D extends Device>(device: D, kind: BenchKind<D>, context: CliContext): Promise<Verdict> {
  const asked = await kind.ask?.(device, context);
  if (asked !== undefined && asked.outcome !== "ok") return proved(asked, () => "");
  await until(device.status, ({ provisional }) => !provisional, STATUS_WITHIN, context);
  const { readiness, conditions, provisional } = device.status.value;
  const told = conditions.map(({ code, who }) => (who === "none" ? code : `${code} [${who}]`)).join(", ");
  const detail = [readiness, ...(provisional ? ["not sure yet"] : []), ...(told === "" ? [] : [told])].join("; ");
  const fault = conditions.some(({ severity }) => severity === "fault");
  if (!fault && readiness !== "unavailable") return { verdict: "pass", detail };
  return { verdict: "fail", detail, error: coded("device.unfit", detail) };
}

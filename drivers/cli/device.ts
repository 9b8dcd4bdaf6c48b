import type { DeviceStatus } from "../../base/contracts/device-status.ts";
import { aborted, pause } from "../../base/deadline.ts";
import { type Observable, sameData, type Unsubscribe } from "../../base/observable.ts";
import type { Outcome } from "../../base/outcome.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";
import type { Device } from "../device.ts";
import type { CliContext, CliOutcome } from "./kind.ts";
import { reachOf } from "./reach.ts";

/** A device that has just been plugged in is there well within this, milliseconds. */
export const CONNECT_WITHIN = 5_000;
/** And has said how it is, where it says so by itself. */
export const STATUS_WITHIN = 10_000;

/** What a kind tells of its devices, so that `status` and `watch` are the same for all. */
export type WatchedKind<D extends Device> = {
  /** Makes the device that the command line means; not started. */
  readonly device: (context: CliContext) => Result<D, CodedError<"common.bad-input">>;
  /** Makes the device say how it is, where it does not by itself. */
  readonly ask?: (device: D, context: CliContext) => Promise<Outcome<unknown>>;
  /** What there is to know of it besides its status. */
  readonly describe?: (device: D, context: CliContext) => Record<string, unknown>;
  /** Tells what happens at it besides its status, as events of `watch`. */
  readonly tell?: (device: D, context: CliContext) => readonly Unsubscribe[];
};

/** Runs `work` with the device that the command line means, started, and stops it whatever comes. */
export async function withDevice<D extends Device>(
  { device: make }: Pick<WatchedKind<D>, "device">,
  context: CliContext,
  work: (device: D) => Promise<CliOutcome>,
): Promise<CliOutcome> {
  const made = make(context);
  if (!made.ok) return { outcome: "error", error: made.error };
  const device = made.value;
  device.start();
  try {
    return await work(device);
  } finally {
    await device.stop();
  }
}

/** `status`: what the device says of itself, once. A device that is there and unwell is no error of the command. */
export async function tellStatus<D extends Device>(
  device: D,
  { ask, describe = () => ({}) }: WatchedKind<D>,
  context: CliContext,
): Promise<CliOutcome> {
  const connected = await until(device.status, ({ link }) => link === "connected", CONNECT_WITHIN, context);
  const asked = connected ? await ask?.(device, context) : undefined;
  if (connected && asked?.outcome !== "error")
    await until(device.status, ({ provisional }) => !provisional, STATUS_WITHIN, context);
  const { link } = device.status.value;
  const result = { ...statusOf(device), ...describe(device, context) };
  if (asked !== undefined && asked.outcome !== "ok") return { ...asked, result };
  if (link === "connected") return { outcome: "ok", result };
  return {
    outcome: "error",
    result,
    error: context.signal.aborted ? coded("common.cancelled") : notThere(device, context),
  };
}

/** `watch`: each change of the status, and what the kind tells besides, until the command is stopped; that is its good end. */
export async function watch<D extends Device>(
  device: D,
  { describe = () => ({}), tell = () => [] }: WatchedKind<D>,
  context: CliContext,
): Promise<CliOutcome> {
  const { signal, event } = context;
  let told: DeviceStatus | undefined;
  let changes = 0;
  const tellChange = (status: DeviceStatus) => {
    if (told !== undefined && sameData(told, status)) return;
    if (told !== undefined) changes++;
    told = status;
    event({ event: "status", ...statusOf(device) });
  };
  tellChange(device.status.value);
  const unsubscribe = [device.status.subscribe(tellChange), ...tell(device, context)];
  await aborted(signal);
  for (const stop of unsubscribe) stop();
  return { outcome: "ok", result: { changes, ...statusOf(device), ...describe(device, context) } };
}

function statusOf({ status: { value } }: Device) {
  const { link, readiness, conditions, provisional } = value;
  return { link, readiness, conditions, provisional };
}

/** Why a device is not connected. */
export function notThere(device: Device, { port }: CliContext): CodedError<"link.refused" | "link.absent"> {
  return coded(device.status.value.link === "connecting" ? "link.refused" : "link.absent", port);
}

/** Waits for a value; `false` when it does not come in time. */
export async function until<T>(
  observable: Observable<T>,
  holds: (value: T) => boolean,
  milliseconds: number,
  context: CliContext,
): Promise<boolean> {
  const met = new AbortController();
  const unsubscribe = observable.subscribe((value) => {
    if (holds(value)) met.abort();
  });
  if (!holds(observable.value))
    await pause(reachOf(context).clock, milliseconds, AbortSignal.any([met.signal, context.signal]));
  unsubscribe();
  return holds(observable.value);
}

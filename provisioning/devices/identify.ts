import type { Clock } from "../../base/clock.ts";
import { type DeviceKind, isSerialKind, type SerialKind } from "../../base/contracts/device-status.ts";
import { pause } from "../../base/deadline.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { type Programs, runProgram } from "../programs.ts";
import type { Text } from "../text.ts";
import { listPlugged, type PluggedDevice } from "./plugged.ts";
import type { Root } from "./root.ts";

export type IdentifyContext = {
  readonly root: Root;
  readonly programs: Programs;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Seconds that a person has to do what is asked. */
  readonly within: number;
  /** Now is the time to scan something, or to pull it out. */
  readonly onReady?: () => void;
};

/** As what a device is spoken to. Only a person may say it: bytes for a printer must not reach a terminal. */
export type SpokenTo = { readonly kind: DeviceKind; readonly model?: string; readonly baud?: number };

const ANSWER_WITHIN = 20_000;
const LOOK_EVERY = 300;

/**
 * Has a device show which one it is: a printer prints its name, a code reader is waited for until somebody scans something with it, a
 * terminal is polled.
 *
 * @returns what happened, for the technician to confirm with their own eyes.
 */
export async function identifyDevice(
  device: PluggedDevice,
  { kind, model, baud }: SpokenTo,
  context: IdentifyContext,
): Promise<Result<Text, CodedError>> {
  if (!isSerialKind(kind)) return err(coded("provision.kind-not-serial", kind));
  const { root, programs, clock, signal, within, onReady } = context;
  const line = [
    ...["--port", root.path(device.path)],
    ...(model === undefined ? [] : ["--model", model]),
    ...(baud === undefined ? [] : ["--baud", String(baud)]),
  ];
  const commands: Record<SerialKind, readonly string[]> = {
    "receipt-printer": ["print", "--text", `AQUÍ ESTOY\n\n${device.path}\n${device.identity}\n`],
    "code-reader": ["read"],
    "payment-terminal": ["poll"],
  };
  const ended = await runProgram([...programs.driver, kind, ...commands[kind], ...line], {
    ...{ clock, signal, within: kind === "code-reader" ? within * 1_000 : ANSWER_WITHIN },
    onEvent: ({ link }) => (link === "connected" ? onReady?.() : undefined),
  });
  if (ended.outcome !== "ok") return err(ended.error);
  const said: Record<SerialKind, Text> = {
    "receipt-printer": {
      es: `Imprimió una hoja que dice «${device.path}».`,
      en: `It printed a paper that says “${device.path}”.`,
    },
    "code-reader": { es: "Con este se leyó un código.", en: "A code was read with this one." },
    "payment-terminal": {
      es: `Es un terminal de pago que responde (${device.identity}).`,
      en: `It is a payment terminal that answers (${device.identity}).`,
    },
  };
  return ok(said[kind]);
}

/** Waits until something is pulled out. @returns what is gone. */
export async function watchUnplug({
  root,
  clock,
  signal,
  within,
  onReady,
}: Pick<IdentifyContext, "root" | "clock" | "signal" | "within" | "onReady">): Promise<
  Result<PluggedDevice, CodedError>
> {
  const before = listPlugged(root);
  onReady?.();
  for (const start = clock.monotonic(); clock.monotonic() - start < within * 1_000; ) {
    const now = new Set(listPlugged(root).map(({ path }) => path));
    const gone = before.find(({ path }) => !now.has(path));
    if (gone !== undefined) return ok(gone);
    if (!(await pause(clock, LOOK_EVERY, signal))) return err(coded("common.cancelled", "unplug"));
  }
  return err(coded("common.deadline", `nothing was pulled out within ${within} s`));
}

import type { Clock } from "../../base/clock.ts";
import type { DeviceKind } from "../../base/contracts/device-status.ts";
import type { Logger } from "../../base/log.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { type HotPlug, watchDeviceFile } from "../../drivers/transport/hot-plug.ts";
import type { DeviceConfig } from "./config/schema.ts";
import type { DeviceOf, DeviceSet } from "./serving.ts";

export type DeviceOptions = {
  readonly id: string;
  readonly model: string;
  readonly port: string;
  /** Bits per second; absent: the model's own. */
  readonly baud?: number;
  /** Seconds, for a payment terminal; absent: the model's own. */
  readonly saleWithin?: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** Tells when the device may have been plugged in; absent for what is no device file. */
  readonly hotPlug?: HotPlug | undefined;
};

/** Drivers by kind and model: the only place where a model's name becomes code. Kinds that are not in it cannot be configured. */
export type DeviceFactories = {
  readonly [K in DeviceKind]?: { readonly [model: string]: (options: DeviceOptions) => DeviceOf[K] };
};

type UnusableDevice = CodedError<"runtime.unknown-model" | "runtime.kind-without-driver">;

/** Makes the configured devices; starts none. */
export function createDevices(
  configured: readonly DeviceConfig[],
  factories: DeviceFactories,
  surroundings: Pick<DeviceOptions, "clock" | "log" | "random">,
): Result<DeviceSet, readonly UnusableDevice[]> {
  const errors: UnusableDevice[] = [];
  const make = <K extends DeviceKind>(kind: K): DeviceOf[K][] =>
    configured.flatMap((device) => {
      if (device.kind !== kind) return [];
      const models: { readonly [model: string]: (options: DeviceOptions) => DeviceOf[K] } | undefined = factories[kind];
      if (models === undefined) {
        const known = Object.keys(factories).join(", ");
        errors.push(coded("runtime.kind-without-driver", `${device.id}: ${kind}; kinds with a driver: ${known}`));
        return [];
      }
      const factory = Object.hasOwn(models, device.model) ? models[device.model] : undefined;
      if (factory === undefined) {
        const known = Object.keys(models).join(", ") || "none";
        errors.push(coded("runtime.unknown-model", `${device.id}: ${device.model}; models of a ${kind}: ${known}`));
        return [];
      }
      const { id, model, port, baud, saleWithin } = device;
      const chosen = { ...(baud === undefined ? {} : { baud }), ...(saleWithin === undefined ? {} : { saleWithin }) };
      return [factory({ id, model, port, ...chosen, ...surroundings, hotPlug: watchDeviceFile(port) })];
    });
  const devices: DeviceSet = {
    "payment-terminal": make("payment-terminal"),
    "receipt-printer": make("receipt-printer"),
    "code-reader": make("code-reader"),
    "chip-card-reader": make("chip-card-reader"),
    "page-printer": make("page-printer"),
    "fingerprint-reader": make("fingerprint-reader"),
    keypad: make("keypad"),
    "io-board": make("io-board"),
    ups: make("ups"),
  };
  return errors.length > 0 ? err(errors) : ok(devices);
}

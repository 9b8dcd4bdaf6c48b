import type { Clock } from "../../base/clock.ts";
import type { DeviceKind } from "../../base/contracts/device-status.ts";
import type { Logger } from "../../base/log.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { type HotPlug, watchDeviceFile } from "../../drivers/transport/hot-plug.ts";
import type { DeviceConfig } from "./config/device-schema.ts";
import type { DeviceOf, DeviceSet } from "./serving.ts";

/** What every driver is made with. */
type Surroundings = {
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** Tells when the device may have been plugged in; absent for what is no device file. */
  readonly hotPlug?: HotPlug | undefined;
};
/** What a driver of this kind is made with: its entry in the configuration, and its surroundings. */
export type DeviceOptions<K extends DeviceKind> = Extract<DeviceConfig, { readonly kind: K }> & Surroundings;

/** Drivers of one kind by model. */
export type ModelFactories<K extends DeviceKind> = {
  readonly [model: string]: (options: DeviceOptions<K>) => DeviceOf[K];
};
/** Drivers by kind and model: the only place where a model's name becomes code. Kinds that are not in it cannot be configured. */
export type DeviceFactories = { readonly [K in DeviceKind]?: ModelFactories<K> };

type UnusableDevice = CodedError<"runtime.unknown-model" | "runtime.kind-without-driver">;

/** Makes the configured devices; starts none. */
export function createDevices(
  configured: readonly DeviceConfig[],
  factories: DeviceFactories,
  surroundings: Surroundings,
): Result<DeviceSet, readonly UnusableDevice[]> {
  const errors: UnusableDevice[] = [];
  const make = <K extends DeviceKind>(kind: K): DeviceOf[K][] =>
    configured
      .filter((device) => isOf(device, kind))
      .flatMap((device) => {
        const models: ModelFactories<K> | undefined = factories[kind];
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
        return [factory({ ...device, ...surroundings, hotPlug: watchDeviceFile(device.port) })];
      });
  const devices: DeviceSet = {
    "payment-terminal": make("payment-terminal"),
    "receipt-printer": make("receipt-printer"),
    "code-reader": make("code-reader"),
    "chip-card-reader": make("chip-card-reader"),
    "page-printer": make("page-printer"),
    "fingerprint-reader": make("fingerprint-reader"),
    "document-scanner": make("document-scanner"),
    keypad: make("keypad"),
    "io-board": make("io-board"),
    ups: make("ups"),
  };
  return errors.length > 0 ? err(errors) : ok(devices);
}

function isOf<K extends DeviceKind>(
  device: DeviceConfig,
  kind: K,
): device is Extract<DeviceConfig, { readonly kind: K }> {
  return device.kind === kind;
}

import type { Clock } from "../../base/clock.ts";
import type { DeviceKind } from "../../base/contracts/device-status.ts";
import type { Logger } from "../../base/log.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { TrustStore } from "../../drivers/chip-card-reader/authenticity/trust-store.ts";
import type { DeviceConfig } from "./config/schema.ts";
import { trustOf } from "./drivers/chip-card-reader.ts";
import type { DeviceOf, DeviceSet } from "./serving.ts";

export type DeviceOptions = {
  readonly id: string;
  readonly model: string;
  readonly port: string;
  /** Bits per second; absent: the model's own. */
  readonly baud?: number;
  /** Seconds, for a payment terminal; absent: the model's own. */
  readonly saleWithin?: number;
  /** For a chip card reader; absent: none is trusted. */
  readonly trust?: TrustStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
};

/** Drivers by kind and model: the only place where a model's name becomes code. Kinds that are not in it cannot be configured. */
export type DeviceFactories = {
  readonly [K in DeviceKind]?: { readonly [model: string]: (options: DeviceOptions) => DeviceOf[K] };
};

type UnusableDevice = CodedError<"runtime.unknown-model" | "runtime.kind-without-driver" | "runtime.trust-unusable">;

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
      const trust = device.trust === undefined ? ok(undefined) : trustOf(id, device.trust);
      if (!trust.ok) {
        errors.push(trust.error);
        return [];
      }
      const chosen = {
        ...(baud === undefined ? {} : { baud }),
        ...(saleWithin === undefined ? {} : { saleWithin }),
        ...(trust.value === undefined ? {} : { trust: trust.value }),
      };
      return [factory({ id, model, port, ...chosen, ...surroundings })];
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

import { expect } from "vitest";
import type { DeviceStatus } from "../base/contracts/device-status.ts";
import type { Device } from "./device.ts";
import { CONFIRMING_ANSWERS, isOffered } from "./first-status.ts";

/** What a device said of itself, for contract suites. To be made before the device is started. */
export class StatusHistory {
  readonly #all: DeviceStatus[];

  constructor({ status }: Device) {
    this.#all = [status.value];
    status.subscribe((value) => this.#all.push(value));
  }

  /** Whenever it was connected, the first that it said was believed only where the rule of its kind says so. */
  expectRuleKept(): void {
    const first = this.#all.filter(
      ({ link }, index) => link === "connected" && (this.#all[index - 1]?.link ?? link) !== "connected",
    );
    expect(first.length).not.toBe(0);
    for (const status of first) {
      const asks = CONFIRMING_ANSWERS[status.kind] > 0;
      expect(status).toMatchObject({ provisional: asks });
      if (asks) expect(isOffered(status)).toBe(false);
    }
  }
}

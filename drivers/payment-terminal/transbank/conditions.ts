import type { Clock } from "../../../base/clock.ts";
import type { Condition } from "../../../base/contracts/device-status.ts";
import type { Logger } from "../../../base/log.ts";
import type { PaymentConditionCode } from "../interface.ts";
import { APPROVED, RESPONSE_CODES } from "./response-codes.ts";

type Meaning = { readonly severity: Condition["severity"]; readonly who: Condition["who"] };

/** A `fault` keeps the terminal out of service; a `warning` does not. */
const MEANINGS: { readonly [code in PaymentConditionCode]: Meaning } = {
  "needs-keys": { severity: "fault", who: "technician" },
  "needs-close": { severity: "fault", who: "attendant" },
  "needs-initialisation": { severity: "fault", who: "technician" },
  "card-reader-fault": { severity: "fault", who: "technician" },
  "host-unreachable": { severity: "warning", who: "technician" },
  "not-answering": { severity: "fault", who: "technician" },
  "printer-fault": { severity: "warning", who: "attendant" },
};

/** What an approved payment disproves. */
const DISPROVED_BY_APPROVAL: readonly PaymentConditionCode[] = [
  "needs-keys",
  "needs-close",
  "needs-initialisation",
  "card-reader-fault",
  "host-unreachable",
  "printer-fault",
];

/** The lasting facts about one terminal, gathered from what it answers. */
export class Conditions {
  readonly #device: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #changed: () => void;
  readonly #standing = new Map<PaymentConditionCode, Condition>();

  constructor(device: string, clock: Clock, log: Logger, changed: () => void) {
    this.#device = device;
    this.#clock = clock;
    this.#log = log;
    this.#changed = changed;
  }

  get list(): Condition[] {
    return [...this.#standing.values()];
  }

  get fault(): boolean {
    return this.list.some(({ severity }) => severity === "fault");
  }

  /** Takes the response code of any answer. */
  note(responseCode: string): void {
    if (responseCode === APPROVED) this.clear(...DISPROVED_BY_APPROVAL);
    const entry = RESPONSE_CODES[responseCode];
    if (entry?.condition !== undefined) this.raise(entry.condition, entry.passing === true ? "warning" : undefined);
  }

  raise(code: PaymentConditionCode, severity = MEANINGS[code].severity): void {
    if (this.#standing.get(code)?.severity === severity) return;
    const { who } = MEANINGS[code];
    this.#standing.set(code, { code, severity, who, since: this.#clock.now() });
    this.#log("device.condition", { device: this.#device, condition: code, began: true, who });
    this.#changed();
  }

  clear(...codes: readonly PaymentConditionCode[]): void {
    for (const code of codes) {
      if (!this.#standing.delete(code)) continue;
      this.#log("device.condition", { device: this.#device, condition: code, began: false, who: MEANINGS[code].who });
      this.#changed();
    }
  }
}

import type { Clock } from "../../base/clock.ts";
import type { Condition } from "../../base/contracts/device-status.ts";
import type { Logger } from "../../base/log.ts";
import type { PaymentConditionCode } from "./interface.ts";

/** What a terminal's code says about the terminal itself; `passing`: the next citizen may be served all the same. */
export type CodeMeaning = { readonly condition?: PaymentConditionCode; readonly passing?: true };

/** The code of success, in every protocol that we know. */
const APPROVED = "00";

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
  readonly #codes: { readonly [code: string]: CodeMeaning };
  readonly #changed: () => void;
  readonly #standing = new Map<PaymentConditionCode, Condition>();

  /** @param codes the model's table of codes. */
  constructor(
    device: string,
    codes: { readonly [code: string]: CodeMeaning },
    clock: Clock,
    log: Logger,
    changed: () => void,
  ) {
    this.#device = device;
    this.#codes = codes;
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
    const entry = this.#codes[responseCode];
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

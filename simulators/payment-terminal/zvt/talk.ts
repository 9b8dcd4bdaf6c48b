import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/deadline.ts";
import type { Apdu } from "../../../drivers/framing/apdu-stream.ts";
import type { BitmapValues } from "../../../drivers/payment-terminal/zvt/bitmaps.ts";
import { abort, bitmapCommand, CONTROL, POSITIVE } from "../../../drivers/payment-terminal/zvt/messages.ts";
import type { Moment, ZvtFaults } from "./faults.ts";
import type { ZvtPort } from "./port.ts";

/** What a fault can do to the terminal itself. */
export type TerminalBody = {
  readonly unplug: () => void;
  readonly plug: () => void;
  readonly powerCycle: () => Promise<void>;
};

/** What a terminal says about one request, and everything that can go wrong while it does. */
export class ZvtTalk {
  readonly #port: ZvtPort;
  readonly #clock: Clock;
  readonly #faults: ZvtFaults;
  readonly #body: TerminalBody;

  constructor(port: ZvtPort, clock: Clock, faults: ZvtFaults, body: TerminalBody) {
    this.#port = port;
    this.#clock = clock;
    this.#faults = faults;
    this.#body = body;
  }

  async answer(request: number): Promise<void> {
    if (this.#faults.take("drop-answer", request) !== undefined) return;
    const late = this.#faults.take("late-answer", request);
    if (late !== undefined && !(await pause(this.#clock, late.delay, this.#port.power))) return;
    await this.#port.answer(POSITIVE);
    await this.happens("after-answer", request);
  }

  /** @returns what the cash register answers. */
  async status(request: number, values: BitmapValues): Promise<Apdu | undefined> {
    const faults = this.#faults;
    const late = faults.take("late-status", request);
    if (late !== undefined) await pause(this.#clock, late.delay, this.#port.power);
    const wrong = faults.take("wrong-amount", request) !== undefined;
    const told = wrong && values.amount !== undefined ? { ...values, amount: values.amount + 1 } : values;
    const split = faults.take("split-status", request);
    const garbage = faults.take("garbage", request);
    return await this.#port.command(bitmapCommand(CONTROL.status, told), {
      wrongCrc: () => faults.take("wrong-crc", request) !== undefined,
      ...(faults.take("drop-status", request) !== undefined && { drop: true }),
      ...(faults.take("duplicate-status", request) !== undefined && { duplicate: true }),
      ...(split !== undefined && { split }),
      ...(garbage !== undefined && { garbage: garbage.bytes }),
    });
  }

  async complete(request: number, what: BitmapValues | Apdu = {}): Promise<void> {
    if (!(await this.#ends(request))) return;
    const late = this.#faults.take("late-completion", request);
    if (late !== undefined && !(await pause(this.#clock, late.delay, this.#port.power))) return;
    await this.#port.command("control" in what ? what : bitmapCommand(CONTROL.completion, what));
  }

  async abort(request: number, code: number): Promise<void> {
    if (await this.#ends(request)) await this.#port.command(abort.encode(code));
  }

  /** Carries out a fault of this moment; `true` when it interrupts the service. */
  async happens(when: Moment, request: number): Promise<boolean> {
    if (this.#faults.take("reboot", request, when) !== undefined) {
      void this.#body.powerCycle();
      return true;
    }
    const unplug = this.#faults.take("unplug", request, when);
    if (unplug === undefined) return false;
    this.#body.unplug();
    if (unplug.replugAfter !== undefined)
      void pause(this.#clock, unplug.replugAfter, this.#port.power).then((on) => {
        if (on) this.#body.plug();
      });
    return when === "before-answer";
  }

  /** Whether a request's end is told at all. */
  async #ends(request: number): Promise<boolean> {
    if (await this.happens("before-completion", request)) return false;
    return this.#faults.take("drop-completion", request) === undefined;
  }
}

import type { Clock, Timer } from "../../base/clock.ts";
import { type Command, readCommand } from "./commands.ts";
import type { PrinterModel } from "./models.ts";
import * as replies from "./replies.ts";
import { type PrintedTicket, Typesetter } from "./typesetter.ts";

/** What a hand or a fault can change about the printer; the mechanism obeys it from then on. */
export type PrinterCondition = {
  /** Paper left on the roll, dots (8 a millimetre). */
  paper: number;
  coverOpen: boolean;
  paperJam: boolean;
  /** The error that the cutter's jam left behind; it outlives its cause until the printer is told to recover. */
  cutterFault: boolean;
  cutterBlocked: boolean;
  headHot: boolean;
  unrecoverable: boolean;
};

/** Ways of misbehaving on the wire. */
export type PrinterFaults = {
  /** Answers nothing at all. */
  noReply: boolean;
  /** The next process-id reply stops in the middle. */
  halfReply: boolean;
  /** The next process-id reply carries another id. */
  wrongId: boolean;
  /** XOFF and XON stand inside every reply. */
  flowInsideReplies: boolean;
  /** A clone: `GS ( H` is skipped. */
  noProcessId: boolean;
  /** Answers `DLE EOT` and nothing else. */
  onlyRealTime: boolean;
};

export type MachineOptions = {
  readonly model: PrinterModel;
  readonly clock: Clock;
  /** Dots per second, or `undefined` for a mechanism without inertia. */
  readonly speed: number | undefined;
  readonly send: (bytes: Uint8Array) => void;
  readonly onTicket: (ticket: PrintedTicket) => void;
  readonly onPresenter: (action: number) => void;
  readonly onChange: () => void;
  readonly ticketInMouth: () => boolean;
};

/** 25 mm of paper on the core: the sensor of a real near-end switch is set by hand and about there. */
export const NEAR_END = 40_000;
export const FULL_ROLL = 640_000;

/**
 * The printer between its serial port and its paper: a receive buffer that real-time commands jump, a mechanism that
 * takes time, and sensors. It stops for an open cover, the end of the paper, a jam, a hot head and a blocked cutter;
 * buffered requests then wait behind what is not printed, as on the real one.
 */
export class PrinterMachine {
  readonly condition: PrinterCondition = {
    paper: FULL_ROLL,
    coverOpen: false,
    paperJam: false,
    cutterFault: false,
    cutterBlocked: false,
    headHot: false,
    unrecoverable: false,
  };
  readonly faults: PrinterFaults = {
    noReply: false,
    halfReply: false,
    wrongId: false,
    flowInsideReplies: false,
    noProcessId: false,
    onlyRealTime: false,
  };
  readonly #options: MachineOptions;
  readonly #typesetter: Typesetter;
  #buffer: Uint8Array = new Uint8Array();
  #recent: number[] = [];
  #automatic = 0;
  #lastReport = "";
  #held = false;
  #moving: Timer | undefined;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.#typesetter = new Typesetter(options.model.dots);
  }

  /** What is printed and not yet cut. */
  get unfinished(): PrintedTicket | undefined {
    return this.#typesetter.blank ? undefined : this.#typesetter.peek();
  }

  get stopped(): boolean {
    const { paper, coverOpen, paperJam, cutterFault, headHot, unrecoverable } = this.condition;
    return paper <= 0 || coverOpen || paperJam || cutterFault || headHot || unrecoverable;
  }

  /** Bytes have arrived at the printer's port. */
  receive(bytes: Uint8Array): void {
    this.#buffer = Uint8Array.from([...this.#buffer, ...bytes]);
    for (const byte of bytes) this.#watchRealTime(byte);
    this.#work();
  }

  /** To be called after `condition` was changed. */
  changed(): void {
    this.#report();
    this.#work();
    this.#options.onChange();
  }

  /** Holds the line with XOFF and prints nothing, or lets it go. */
  hold(on: boolean): void {
    this.#held = on;
    this.#options.send(Uint8Array.of(on ? 0x13 : 0x11));
    this.#work();
  }

  clear(): void {
    this.#buffer = new Uint8Array();
    this.#moving?.cancel();
    this.#moving = undefined;
  }

  /** Everything that lives in memory is gone; what is on paper stays. */
  powerLost(): void {
    this.clear();
    this.#recent = [];
    this.#automatic = 0;
    this.#held = false;
    this.#typesetter.forget();
  }

  /** Tears off what is printed and not cut. */
  tearOff(): PrintedTicket | undefined {
    return this.#typesetter.blank ? undefined : this.#typesetter.cut();
  }

  #facts(): replies.Facts {
    return {
      ...this.condition,
      offline: this.stopped,
      nearEnd: this.condition.paper < NEAR_END,
      paperEnd: this.condition.paper <= 0,
      ticketInMouth: this.#options.ticketInMouth(),
      working: this.#moving !== undefined,
    };
  }

  /** Real-time commands are seen in whatever arrives, image data included, and executed at once. */
  #watchRealTime(byte: number): void {
    this.#recent = [...this.#recent.slice(-2), byte];
    const [first, second, third] = this.#recent;
    if (first !== 0x10 || third === undefined) return;
    if (second === 0x04) {
      const reply = replies.realTime(third, this.#facts(), this.#options.model.automaticStatus === "full-status");
      if (reply !== undefined) this.#send(reply);
    } else if (second === 0x05 && third === 0x02) {
      this.#recover();
    }
  }

  /** `DLE ENQ 2`: clears the buffer, and the cutter's error when its cause is gone. */
  #recover(): void {
    this.clear();
    this.#typesetter.forget();
    this.condition.cutterFault = this.condition.cutterBlocked;
    this.#options.onChange();
  }

  /** Executes what is in the buffer until something stops it or takes time. */
  #work(): void {
    while (this.#moving === undefined && !this.#held) {
      const next = readCommand(this.#buffer);
      if (next === undefined) break;
      if (this.stopped && !passesStopped(next.command)) break;
      this.#buffer = this.#buffer.slice(next.length);
      this.#execute(next.command);
    }
    this.#report();
  }

  #execute(command: Command): void {
    const { model, onTicket, onPresenter } = this.#options;
    switch (command.type) {
      case "cut":
        this.#move(command.feedDots);
        if (!this.#typesetter.blank || this.#typesetter.peek().height > 0) onTicket(this.#typesetter.cut());
        return;
      case "presenter":
        if (model.presenter) onPresenter(command.action);
        return;
      case "process-id":
        this.#replyProcessId(command.id);
        return;
      case "buffered-status":
        if (!this.faults.onlyRealTime) this.#send(replies.buffered(this.#facts()));
        return;
      case "identity": {
        const text = model.identity[command.request];
        if (text !== undefined && !this.faults.onlyRealTime) this.#send(replies.identity(text));
        return;
      }
      case "automatic-status":
      case "automatic-full-status":
        this.#automatic =
          (command.type === "automatic-status") === (model.automaticStatus === "asb") ? command.mask : 0;
        this.#lastReport = "";
        this.#report();
        return;
      default:
        this.#move(this.#typesetter.execute(command));
    }
  }

  #replyProcessId(id: Uint8Array): void {
    const { faults } = this;
    if (!this.#options.model.processId || faults.noProcessId || faults.onlyRealTime) return;
    const reply = replies.processId(faults.wrongId ? id.map((byte) => (byte === 0x7e ? 0x20 : byte + 1)) : id);
    this.#send(faults.halfReply ? reply.slice(0, 4) : reply);
    faults.halfReply = false;
    faults.wrongId = false;
  }

  /** The paper moves; nothing else is executed until it stands. */
  #move(dots: number): void {
    if (dots === 0) return;
    this.condition.paper = Math.max(0, this.condition.paper - dots);
    const { speed, clock } = this.#options;
    if (speed !== undefined)
      this.#moving = clock.setTimeout(
        () => {
          this.#moving = undefined;
          this.#work();
        },
        (dots / speed) * 1000,
      );
    this.#options.onChange();
  }

  /** Tells of changes by itself where it was asked to. */
  #report(): void {
    const { model } = this.#options;
    if (this.#automatic === 0 || this.faults.onlyRealTime) return;
    const report =
      model.automaticStatus === "asb"
        ? replies.asb(this.#facts())
        : replies.fullStatus(this.#facts(), this.#automatic & 0x0f);
    if (String(report) === this.#lastReport) return;
    this.#lastReport = String(report);
    this.#send(report);
  }

  #send(reply: Uint8Array): void {
    if (this.faults.noReply) return;
    this.#options.send(this.faults.flowInsideReplies ? replies.withFlowControl(reply) : reply);
  }
}

/** Status settings take effect on a stopped printer too; what prints, and what asks in buffer order, waits. */
function passesStopped(command: Command): boolean {
  return command.type === "automatic-status" || command.type === "automatic-full-status" || command.type === "ignored";
}

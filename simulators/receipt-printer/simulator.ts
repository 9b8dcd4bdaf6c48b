import type { Clock, Timer } from "../../base/clock.ts";
import { Subject } from "../../base/observable.ts";
import type { Json, OperatorPicture, SimulatedDevice } from "../operator.ts";
import { PtyWire } from "../wire/pty.ts";
import type { Wire } from "../wire/wire.ts";
import { operatorActions } from "./actions.ts";
import { PacedLine } from "./line.ts";
import { FULL_ROLL, PrinterMachine } from "./machine.ts";
import { MODELS, type PrinterModel } from "./models.ts";
import { renderTicket } from "./render.ts";
import type { PrintedTicket } from "./typesetter.ts";

export type ReceiptPrinterSimulatorOptions = {
  readonly id: string;
  /** `epson-tm` or `custom-vkp80`. */
  readonly model: string;
  /** Where the pty appears. */
  readonly path: string;
  readonly clock: Clock;
  /** Bits per second; with it the line and the mechanism take their time, without it everything is instantaneous. */
  readonly paced?: number;
  /** Another cable than a pty. */
  readonly wire?: Wire;
  /** Dots per second of a paced mechanism; 150 mm/s when absent. */
  readonly speed?: number;
  /** Paper on the roll, dots (8 a millimetre). */
  readonly paper?: number;
};

/** A ticket that came out. */
export type SimulatedTicket = {
  /** Counts from 1 since the simulator was made. */
  readonly number: number;
  readonly text: string;
  readonly printed: PrintedTicket;
  /** Where it is. Without a presenter it hangs at the cutter until somebody tears it off: `out`. */
  readonly place: "out" | "in-mouth" | "taken" | "retracted" | "on-the-floor";
  readonly png: () => Promise<Uint8Array>;
};

const SPEED = 1_200;
/** From power to the first answer, milliseconds. */
const BOOT = 2_000;
const TICKETS_KEPT = 50;

/** @throws RangeError when the model is not known. */
export function createReceiptPrinterSimulator(options: ReceiptPrinterSimulatorOptions): ReceiptPrinterSimulator {
  const model = MODELS[options.model];
  if (model === undefined) throw new RangeError(`unknown receipt printer model ${options.model}`);
  return new ReceiptPrinterSimulator(options, model);
}

type Kept = { -readonly [key in keyof SimulatedTicket]: SimulatedTicket[key] };

/** A receipt printer on a cable, and the room around it. */
export class ReceiptPrinterSimulator implements SimulatedDevice {
  readonly id: string;
  readonly kind = "receipt-printer";
  readonly model: string;
  readonly port: string;
  readonly state: Subject<Json>;
  readonly actions: SimulatedDevice["actions"];
  readonly wire: Wire;
  readonly line: PacedLine;
  readonly machine: PrinterMachine;
  readonly #clock: Clock;
  readonly #presenter: boolean;
  #tickets: Kept[] = [];
  /** Cut, and not yet moved to the mouth. */
  #inPath: PrintedTicket[] = [];
  #power: "on" | "booting" | "off" = "on";
  #boot: Timer | undefined;
  #sent = 0;
  #cuts = 0;

  constructor(options: ReceiptPrinterSimulatorOptions, model: PrinterModel) {
    this.id = options.id;
    this.model = options.model;
    this.wire = options.wire ?? new PtyWire(options.path);
    this.port = this.wire.path;
    this.#clock = options.clock;
    this.#presenter = model.presenter;
    this.machine = new PrinterMachine({
      model,
      clock: options.clock,
      speed: options.paced === undefined ? undefined : (options.speed ?? SPEED),
      send: (bytes) => void this.#send(bytes),
      onTicket: (ticket) => this.#cut(ticket),
      onPresenter: (action) => this.#present(action),
      onChange: () => this.#publish(),
      ticketInMouth: () => this.inMouth !== undefined,
    });
    this.machine.condition.paper = options.paper ?? FULL_ROLL;
    this.line = new PacedLine(options.clock, options.paced, (bytes) => {
      if (this.#power === "on") this.machine.receive(bytes);
    });
    this.wire.onBytes((bytes) => this.line.put(bytes));
    this.actions = operatorActions(this, this.#presenter);
    this.state = new Subject<Json>(this.#readState());
  }

  /** Everything that was printed and cut, oldest first; the last fifty. */
  get tickets(): readonly SimulatedTicket[] {
    return this.#tickets;
  }

  get inMouth(): SimulatedTicket | undefined {
    return this.#tickets.find(({ place }) => place === "in-mouth");
  }

  /** Monotonic time at which the printer last began to say something, milliseconds. */
  get lastSentAt(): number {
    return this.#sent;
  }

  async start(): Promise<void> {
    this.plug();
  }

  async stop(): Promise<void> {
    this.#boot?.cancel();
    this.line.cut();
    this.machine.clear();
    this.wire.unplug();
  }

  pictures(): readonly OperatorPicture[] {
    const { unfinished } = this.machine;
    const half =
      unfinished === undefined
        ? []
        : [
            {
              name: "printing",
              png: () => renderTicket(unfinished),
              text: unfinished.text,
              version: `${this.#cuts + 1}-${unfinished.height}`,
            },
          ];
    const cut = this.#tickets.toReversed().map(({ number, png, text, place }) => ({
      name: place === "in-mouth" ? "in the mouth" : `ticket ${number} (${place})`,
      png,
      text,
      version: String(number),
    }));
    return [
      ...half,
      ...cut.filter(({ name }) => name === "in the mouth"),
      ...cut.filter(({ name }) => name !== "in the mouth"),
    ];
  }

  /** Changes what a hand can change. */
  set(condition: Partial<PrinterMachine["condition"]>): void {
    Object.assign(this.machine.condition, condition);
    this.machine.changed();
  }

  takeTicket(): void {
    const ticket = this.inMouth as Kept | undefined;
    if (ticket === undefined) throw new Error("There is no ticket in the mouth.");
    ticket.place = "taken";
    this.machine.changed();
  }

  powerOff(): void {
    this.#boot?.cancel();
    this.#power = "off";
    this.line.cut();
    this.machine.powerLost();
    this.#publish();
  }

  /** Switched on, it needs two seconds before it hears anything. */
  powerOn(): void {
    if (this.#power !== "off") return;
    this.#power = "booting";
    this.machine.condition.cutterFault = this.machine.condition.cutterBlocked;
    this.#boot = this.#clock.setTimeout(() => {
      this.#power = "on";
      this.#publish();
    }, BOOT);
    this.#publish();
  }

  unplug(): void {
    this.wire.unplug();
    this.line.cut();
    this.#publish();
  }

  plug(): void {
    this.wire.plug();
    this.#publish();
  }

  #send(bytes: Uint8Array): void {
    if (this.#power !== "on") return;
    this.#sent = this.#clock.monotonic();
    void this.wire.write(bytes);
  }

  #cut(printed: PrintedTicket): void {
    if (this.#presenter) this.#inPath.push(printed);
    else this.#keep(printed, "out");
    this.#publish();
  }

  #keep(printed: PrintedTicket, place: SimulatedTicket["place"]): void {
    let picture: Promise<Uint8Array> | undefined;
    const png = () => {
      picture ??= renderTicket(printed);
      return picture;
    };
    this.#cuts++;
    this.#tickets = [...this.#tickets, { number: this.#cuts, text: printed.text, printed, place, png }].slice(
      -TICKETS_KEPT,
    );
  }

  /** `GS e`: 20 present, 02 retract, others eject. */
  #present(action: number): void {
    const before = this.inMouth as Kept | undefined;
    if (action === 0x20) {
      if (before !== undefined && this.#inPath.length > 0) before.place = "on-the-floor";
      const [first, ...rest] = this.#inPath.splice(0);
      if (first !== undefined) this.#keep(first, "in-mouth");
      for (const more of rest) this.#keep(more, "on-the-floor");
    } else if (before !== undefined) {
      before.place = action === 0x02 ? "retracted" : "on-the-floor";
    }
    this.#publish();
  }

  #publish(): void {
    this.state.set(this.#readState());
  }

  #readState(): Json {
    const { condition, faults, stopped } = this.machine;
    return {
      power: this.#power,
      plugged: this.wire.plugged,
      paperMillimetres: Math.round(condition.paper / 8),
      coverOpen: condition.coverOpen,
      paperJam: condition.paperJam,
      cutterFault: condition.cutterFault,
      headHot: condition.headHot,
      unrecoverable: condition.unrecoverable,
      stopped,
      ticketInMouth: this.inMouth !== undefined,
      // All that ever came out, also those that are no longer kept.
      tickets: this.#cuts,
      faults: { ...faults },
    };
  }
}

import { Subject } from "../../base/observable.ts";
import {
  encodeReply,
  type Framed,
  functionOf,
  type ModbusReply,
  type ModbusRequest,
  requestFrames,
} from "../../drivers/io-board/modbus/frames.ts";
import type { Wire } from "../wire/wire.ts";

/** What the next replies become instead. `deaf`: neither done nor answered; `mute`: done and not answered. */
export const BOARD_FAULTS = [
  "deaf",
  "mute",
  "garbage",
  "wrong-checksum",
  "other-unit",
  "stuck-relay",
  "half-reply",
] as const;
export type BoardFault = (typeof BOARD_FAULTS)[number];

export type BoardState = { readonly coils: readonly boolean[]; readonly inputs: readonly boolean[] };

/** Exception codes of the specification, section 7. */
const ILLEGAL_ADDRESS = 2;

/** A relay and input board on a serial line that speaks Modbus RTU. */
export class SimulatedBoard {
  readonly state: Subject<BoardState>;
  readonly #unit: number;
  readonly #wire: Wire;
  #frames = requestFrames();
  #fault: { readonly fault: BoardFault; left: number } | undefined;
  /** Requests that were for this board. */
  readonly requests: ModbusRequest[] = [];

  constructor(wire: Wire, { unit = 1, terminals = 8 }: { readonly unit?: number; readonly terminals?: number } = {}) {
    this.#unit = unit;
    this.#wire = wire;
    const none = Array<boolean>(terminals).fill(false);
    this.state = new Subject<BoardState>({ coils: none, inputs: none });
    wire.onBytes((bytes) => {
      for (const request of this.#frames.push(bytes)) this.#take(request);
    });
  }

  input(terminal: number, closed: boolean): void {
    const { coils, inputs } = this.state.value;
    this.state.set({ coils, inputs: inputs.with(terminal, closed) });
  }

  /** Somebody switches it by hand, or another master does. */
  switchByHand(coil: number, on: boolean): void {
    const { coils, inputs } = this.state.value;
    this.state.set({ inputs, coils: coils.with(coil, on) });
  }

  failNext(fault: BoardFault, times = 1): void {
    this.#fault = { fault, left: times };
  }

  plug(): void {
    this.#frames = requestFrames();
    this.#wire.plug();
  }

  unplug(): void {
    this.#wire.unplug();
  }

  #take({ unit, content }: Framed<ModbusRequest>): void {
    if (unit !== this.#unit) return;
    this.requests.push(content);
    const fault = this.#takeFault();
    if (fault === "deaf") return;
    const reply = { unit, content: this.#answer(content, fault === "stuck-relay") };
    if (fault === "mute") return;
    const bytes = encodeReply(fault === "other-unit" ? { ...reply, unit: unit + 1 } : reply);
    const last = bytes.length - 1;
    if (fault === "garbage") void this.#wire.write(Uint8Array.from({ length: 40 }, (_, index) => (index * 151) & 0xff));
    else if (fault === "wrong-checksum") void this.#wire.write(bytes.with(last, (bytes[last] ?? 0) ^ 0x55));
    else if (fault === "half-reply") void this.#wire.write(bytes.subarray(0, 3));
    else void this.#wire.write(bytes);
  }

  #answer(request: ModbusRequest, stuck: boolean): ModbusReply {
    const { coils, inputs } = this.state.value;
    const exception: ModbusReply = { reply: "exception", to: functionOf(request), code: ILLEGAL_ADDRESS };
    if (request.ask === "read") {
      const bits = (request.table === "coils" ? coils : inputs).slice(request.start, request.start + request.count);
      return bits.length === request.count && bits.length > 0
        ? { reply: "bits", table: request.table, bits }
        : exception;
    }
    if (request.coil >= coils.length) return exception;
    if (!stuck) this.state.set({ inputs, coils: coils.with(request.coil, request.on) });
    return { reply: "coil", coil: request.coil, on: stuck ? !request.on : request.on };
  }

  #takeFault(): BoardFault | undefined {
    if (this.#fault === undefined || this.#fault.left <= 0) return undefined;
    this.#fault.left--;
    return this.#fault.fault;
  }
}

import { fromLatin1, toLatin1 } from "../../base/bytes/bytes.ts";
import { Subject } from "../../base/observable.ts";
import { LineFraming } from "../../drivers/framing/line.ts";
import { decodeListRequest, encodeAnswer, MAX_LINE, type NutAnswer } from "../../drivers/ups/nut-protocol.ts";

/** What the next answer becomes instead. `silence`: nothing, and the connection stays. */
export const UPSD_FAULTS = [
  "garbage",
  "endless-line",
  "endless-list",
  "die-in-the-middle",
  "silence",
  "other-ups",
] as const;
export type UpsdFault = (typeof UPSD_FAULTS)[number];

export type SimulatedPower = {
  /** The words of `ups.status`. */
  readonly words: readonly string[];
  /** Per cent. */
  readonly charge: number;
  /** Seconds. */
  readonly runtime: number;
  /** Whether the daemon hears its driver, and the driver its UPS. */
  readonly daemon: "fresh" | "stale" | "driver-gone";
};

/** The daemon's end of one connection. */
export type UpsdPeer = { readonly write: (bytes: Uint8Array) => void; readonly close: () => void };

/** Bytes of a line, and variables of a list, that have no end. */
const HUGE = 1_000_000;
const MANY = 10_000;

/** upsd with one UPS behind it, without a socket: `connect` is one client's connection. */
export class SimulatedUpsd {
  readonly ups: string;
  readonly state = new Subject<SimulatedPower>({ words: ["OL"], charge: 100, runtime: 1_800, daemon: "fresh" });
  #fault: { readonly fault: UpsdFault; left: number } | undefined;
  /** How many lists were asked for. */
  asked = 0;

  constructor(ups: string) {
    this.ups = ups;
  }

  set(change: Partial<SimulatedPower>): void {
    this.state.set({ ...this.state.value, ...change });
  }

  /** @param times how many answers in a row. */
  failNext(fault: UpsdFault, times = 1): void {
    this.#fault = { fault, left: times };
  }

  /** Takes a client; what it sends goes into the returned function. */
  connect(peer: UpsdPeer): (bytes: Uint8Array) => void {
    const framing = new LineFraming(MAX_LINE);
    return (bytes) => {
      for (const line of framing.push(bytes)) this.#answer(fromLatin1(line), peer);
    };
  }

  #answer(line: string, peer: UpsdPeer): void {
    const say = (...answers: NutAnswer[]) =>
      peer.write(toLatin1(answers.map((answer) => `${encodeAnswer(answer)}\n`).join("")));
    const ups = decodeListRequest(line);
    if (ups !== undefined) this.asked++;
    const fault = ups === undefined ? undefined : this.#takeFault();
    const { daemon } = this.state.value;
    if (ups === undefined) say({ type: "error", error: "UNKNOWN-COMMAND" });
    else if (ups !== this.ups) say({ type: "error", error: "UNKNOWN-UPS" });
    else if (fault !== undefined) this.#misbehave(fault, peer, say);
    else if (daemon === "stale") say({ type: "error", error: "DATA-STALE" });
    else if (daemon === "driver-gone") say({ type: "error", error: "DRIVER-NOT-CONNECTED" });
    else say({ type: "begin", ups }, ...this.#variables(ups), { type: "end", ups });
  }

  #takeFault(): UpsdFault | undefined {
    if (this.#fault === undefined || this.#fault.left <= 0) return undefined;
    this.#fault.left--;
    return this.#fault.fault;
  }

  #variables(ups: string): NutAnswer[] {
    const { words, charge, runtime } = this.state.value;
    const values: readonly (readonly [string, string])[] = [
      ["battery.charge", String(charge)],
      ["battery.runtime", String(runtime)],
      ["device.mfr", "Ventanilla"],
      ["device.model", 'Simulated "1500" \\ tower'],
      ["ups.status", words.join(" ")],
    ];
    return values.map(([name, value]) => ({ type: "variable", ups, name, value }));
  }

  #misbehave(fault: UpsdFault, peer: UpsdPeer, say: (...answers: NutAnswer[]) => void): void {
    const { ups } = this;
    switch (fault) {
      case "garbage":
        peer.write(Uint8Array.from({ length: 256 }, (_, index) => (index * 151 + 14) & 0xff));
        break;
      case "endless-line":
        say({ type: "begin", ups });
        peer.write(new Uint8Array(HUGE).fill(0x41));
        break;
      case "endless-list":
        say({ type: "begin", ups });
        for (let at = 0; at < MANY; at++) say({ type: "variable", ups, name: `outlet.${at}.id`, value: "x" });
        break;
      case "die-in-the-middle":
        say({ type: "begin", ups }, ...this.#variables(ups).slice(0, 2));
        peer.write(toLatin1(`VAR ${ups} ups.sta`));
        peer.close();
        break;
      case "silence":
        break;
      case "other-ups":
        say({ type: "begin", ups: "another" }, ...this.#variables("another"), { type: "end", ups: "another" });
    }
  }
}

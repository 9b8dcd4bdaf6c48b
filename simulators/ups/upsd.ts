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

const HUGE = 1_000_000;

/** upsd with one UPS behind it, without a socket: `connect` is one client's connection. */
export class SimulatedUpsd {
  readonly ups: string;
  readonly state = new Subject<SimulatedPower>({ words: ["OL"], charge: 100, runtime: 1_800, daemon: "fresh" });
  #fault: UpsdFault | undefined;
  /** How many lists were asked for. */
  asked = 0;

  constructor(ups: string) {
    this.ups = ups;
  }

  set(change: Partial<SimulatedPower>): void {
    this.state.set({ ...this.state.value, ...change });
  }

  failNext(fault: UpsdFault): void {
    this.#fault = fault;
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
    if (ups === undefined) return say({ type: "error", error: "UNKNOWN-COMMAND" });
    this.asked++;
    if (ups !== this.ups) return say({ type: "error", error: "UNKNOWN-UPS" });
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault !== undefined) return this.#misbehave(fault, peer, say);
    const { daemon } = this.state.value;
    if (daemon === "stale") return say({ type: "error", error: "DATA-STALE" });
    if (daemon === "driver-gone") return say({ type: "error", error: "DRIVER-NOT-CONNECTED" });
    say({ type: "begin", ups }, ...this.#variables(ups), { type: "end", ups });
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
        return peer.write(Uint8Array.from({ length: 200 }, (_, index) => (index * 151 + 13) & 0xff));
      case "endless-line":
        say({ type: "begin", ups });
        return peer.write(new Uint8Array(HUGE).fill(0x41));
      case "endless-list":
        say({ type: "begin", ups });
        for (let from = 0; from < HUGE / 100; from += 100)
          say(
            ...Array.from({ length: 100 }, (_, index) => ({
              ...{ type: "variable" as const, ups },
              ...{ name: `outlet.${from + index}.id`, value: "x" },
            })),
          );
        return;
      case "die-in-the-middle":
        say({ type: "begin", ups }, ...this.#variables(ups).slice(0, 2));
        peer.write(toLatin1(`VAR ${ups} ups.sta`));
        return peer.close();
      case "silence":
        return;
      case "other-ups":
        return say({ type: "begin", ups: "another" }, ...this.#variables("another"), { type: "end", ups: "another" });
    }
  }
}

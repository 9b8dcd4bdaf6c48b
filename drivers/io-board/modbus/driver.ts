import type { Clock } from "../../../base/clock.ts";
import type { DeviceStatus } from "../../../base/contracts/device-status.ts";
import { anySignal, pause } from "../../../base/deadline.ts";
import type { Logger } from "../../../base/log.ts";
import { type Observable, Subject, sameData } from "../../../base/observable.ts";
import { done, failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { type ConditionMeanings, conditionsFor, logConditionChanges } from "../../conditions.ts";
import type { CommandOptions } from "../../device.ts";
import { isProvisional } from "../../first-status.ts";
import { reopen } from "../../reopen.ts";
import type { OpenChannel } from "../../transport/byte-channel.ts";
import { Connection } from "../../transport/connection.ts";
import type { HotPlug } from "../../transport/hot-plug.ts";
import {
  INPUT_WORDS,
  type InputState,
  type IoBoard,
  type IoBoardCapabilities,
  type IoBoardConditionCode,
  LIGHT_COLOURS,
  type LightIntent,
  type OutputStates,
} from "../interface.ts";
import { SettledInput } from "../settled-input.ts";
import { coilsOf, type IoWiring, SETTLING } from "../wiring.ts";
import { Lights } from "./lights.ts";
import { type ModbusError, ModbusSession } from "./session.ts";

/** Between two looks at the inputs: short against the time in which a contact settles. Milliseconds. */
const POLL_EVERY = 100;
const CONNECT_WITHIN = 2_000;
/** 8N1, bits per second: what such boards are shipped with. */
export const DEFAULT_BAUD_RATE = 9_600;
/** For a board to answer after a reset; three looks in a row are well within it. Milliseconds. */
const ANSWER_WITHIN = 5_000;
/** So many looks in a row without an answer: the board is away. One that is disturbed on the line must not switch anything off. */
const MISSES = 3;

const MEANINGS: ConditionMeanings<IoBoardConditionCode> = {
  "not-answering": { severity: "fault", who: "technician" },
  garbled: { severity: "warning", who: "technician" },
  refused: { severity: "fault", who: "technician" },
  "door-open": { severity: "warning", who: "attendant" },
  tampered: { severity: "warning", who: "technician" },
};

export type ModbusIoBoardOptions = {
  readonly id: string;
  /** Checked by `checkWiring`. */
  readonly wiring: IoWiring;
  readonly open: OpenChannel;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly hotPlug?: HotPlug | undefined;
};

/**
 * An I/O board that speaks Modbus RTU. Whenever its line opens, or it answers again after silence, all its outputs are put into their
 * safe state before anything else: it may have been switched off, or set by somebody else, meanwhile.
 */
export class ModbusIoBoard implements IoBoard {
  readonly id: string;
  readonly model = "modbus-rtu";
  readonly capabilities: IoBoardCapabilities;
  readonly #options: ModbusIoBoardOptions;
  readonly #connection: Connection<ModbusSession>;
  readonly #status: Subject<DeviceStatus>;
  readonly #inputs: Subject<{ readonly [name: string]: InputState }>;
  readonly #outputs: Subject<OutputStates>;
  readonly #settled: ReadonlyMap<string, SettledInput>;
  readonly #lights: Lights;
  /** Whether the board has answered and its outputs are known. */
  #known = false;
  #trouble: IoBoardConditionCode | undefined;
  /** Looks in a row that were not answered, and what was skipped on the line before them. */
  #misses = 0;
  #skipped = 0;

  constructor(options: ModbusIoBoardOptions) {
    const { id, wiring, clock } = options;
    this.#options = options;
    this.id = id;
    this.capabilities = {
      inputs: wiring.inputs.map(({ name, kind }) => ({ name, kind })),
      lights: wiring.lights.map(({ name, coils }) => ({
        name,
        colours: LIGHT_COLOURS.filter((colour) => coils[colour] !== undefined),
      })),
      relays: wiring.relays.map(({ name }) => name),
    };
    this.#settled = new Map(
      wiring.inputs.map(({ name, kind, settling = SETTLING[kind] }) => [
        name,
        new SettledInput(settling, clock, () => this.#publish()),
      ]),
    );
    this.#lights = new Lights(wiring.lights, clock, async (coil, on) => {
      const session = this.#connection.session;
      return session === undefined ? coded("link.absent", id) : await this.#set(session, coil, on);
    });
    this.#inputs = new Subject(this.#readInputs(), sameData);
    this.#outputs = new Subject(this.#safeOutputs(), sameData);
    this.#connection = new Connection<ModbusSession>({
      device: id,
      open: options.open,
      start: (channel) => {
        this.#skipped = 0;
        return new ModbusSession(channel, wiring.unit, clock);
      },
      end: (session, cause) => session.end(cause),
      clock,
      random: options.random,
      log: options.log,
      hotPlug: options.hotPlug,
    });
    this.#status = new Subject<DeviceStatus>(this.#describe([]), sameData);
    this.#connection.state.subscribe((state) => {
      if (state.link === "connected") void this.#lookAfter(state.session);
      else this.#lose(undefined);
      this.#publish();
    });
  }

  get status(): Observable<DeviceStatus> {
    return this.#status;
  }

  get inputs(): Observable<{ readonly [name: string]: InputState }> {
    return this.#inputs;
  }

  get outputs(): Observable<OutputStates> {
    return this.#outputs;
  }

  start(): void {
    this.#connection.start();
  }

  stop(): Promise<void> {
    return this.#connection.stop();
  }

  /** Ends with the outputs in their safe state, as after every opening of the line. */
  async reset(options: CommandOptions = {}): Promise<Outcome<void>> {
    const reopened = await reopen(this.#connection, this.id, options);
    if (reopened.outcome !== "ok") return reopened;
    const told = new AbortController();
    const look = () => (this.#known || this.#trouble !== undefined) && told.abort();
    const unsubscribe = this.#status.subscribe(look);
    look();
    await pause(this.#options.clock, ANSWER_WITHIN, anySignal(told.signal, options.signal));
    unsubscribe();
    if (this.#known) return done(undefined);
    if (options.signal?.aborted) return uncertain(coded("common.cancelled", `reset of ${this.id}`));
    return uncertain(coded(this.#trouble === "refused" ? "io-board.refused" : "io-board.not-answering", this.id));
  }

  async light(name: string, intent: LightIntent, options: CommandOptions = {}): Promise<Outcome<void>> {
    const coil = this.#lights.coilFor(name, intent);
    if (coil === undefined) return failed(coded("io-board.no-such-output", `${name} ${intent.colour ?? ""}`));
    const outcome = await this.#command(name, options, () => this.#lights.set(name, intent));
    if (outcome.outcome === "ok") {
      const { lights, relays } = this.#outputs.value;
      this.#outputs.set({ relays, lights: { ...lights, [name]: intent } });
    }
    return outcome;
  }

  async relay(name: string, on: boolean, options: CommandOptions = {}): Promise<Outcome<void>> {
    const wired = this.#options.wiring.relays.find((relay) => relay.name === name);
    if (wired === undefined) return failed(coded("io-board.no-such-output", name));
    const outcome = await this.#command(name, options, (session) => this.#set(session, wired.coil, on));
    if (outcome.outcome === "ok") {
      const { lights, relays } = this.#outputs.value;
      this.#outputs.set({ lights, relays: { ...relays, [name]: on } });
    }
    return outcome;
  }

  async #command(
    output: string,
    { signal }: CommandOptions,
    work: (session: ModbusSession) => Promise<CodedError | undefined>,
  ): Promise<Outcome<void>> {
    const { log } = this.#options;
    const session = await this.#connection.connected(CONNECT_WITHIN, signal);
    if (signal?.aborted) return failed(coded("common.cancelled", output));
    if (session === undefined) return failed(coded("link.absent", this.id));
    if (!this.#known) return failed(coded("io-board.not-answering", this.id));
    const error = await work(session);
    const unsure = error?.code === "io-board.not-answering" || error?.code === "link.lost";
    const outcome = error === undefined ? done(undefined) : unsure ? uncertain(error) : failed(error);
    log("io-board.switched", { device: this.id, output, outcome: outcome.outcome });
    return outcome;
  }

  /** Sets a coil. When the board does not answer it is asked what the coil is, instead of being told again. */
  async #set(session: ModbusSession, coil: number, on: boolean): Promise<ModbusError | CodedError | undefined> {
    const written = await session.writeCoil(coil, on);
    if (written.ok) return undefined;
    if (written.error.code !== "io-board.not-answering") return written.error;
    const read = await session.read("coils", coil + 1);
    if (!read.ok) return read.error;
    return read.value[coil] === on ? undefined : coded("io-board.not-switched", `coil ${coil}`);
  }

  async #lookAfter(session: ModbusSession): Promise<void> {
    const { clock, wiring } = this.#options;
    const count = Math.max(1, ...wiring.inputs.map(({ input }) => input + 1));
    while (!session.over.aborted) {
      const error = (this.#known ? undefined : await this.#makeSafe(session)) ?? (await this.#look(session, count));
      if (session.over.aborted) return;
      this.#judge(error, session);
      this.#publish();
      await pause(clock, POLL_EVERY, session.over);
    }
  }

  #judge(error: CodedError | undefined, { skipped }: ModbusSession): void {
    if (error === undefined) {
      this.#misses = 0;
      this.#skipped = skipped;
      return;
    }
    this.#misses++;
    const trouble = troubleOf(error);
    if (this.#known && this.#misses < MISSES && trouble !== "refused") return;
    this.#lose(trouble === "not-answering" && skipped > this.#skipped ? "garbled" : trouble);
    this.#skipped = skipped;
  }

  async #makeSafe(session: ModbusSession): Promise<ModbusError | CodedError | undefined> {
    const { wiring, log } = this.#options;
    this.#lights.forget();
    const on = new Set(wiring.relays.filter(({ safe }) => safe).map(({ coil }) => coil));
    const coils = coilsOf(wiring);
    for (const coil of coils) {
      const error = await this.#set(session, coil, on.has(coil));
      if (error !== undefined) return error;
    }
    this.#known = true;
    this.#trouble = undefined;
    this.#outputs.set(this.#safeOutputs());
    log("io-board.safe", { device: this.id, outputs: coils.length });
    return undefined;
  }

  async #look(session: ModbusSession, count: number): Promise<ModbusError | undefined> {
    const { wiring } = this.#options;
    if (wiring.inputs.length === 0)
      return await session.read("coils", 1).then((read) => (read.ok ? undefined : read.error));
    const read = await session.read("inputs", count);
    if (!read.ok) return read.error;
    for (const { name, input, inverted = false } of wiring.inputs)
      this.#settled.get(name)?.take((read.value[input] ?? false) !== inverted);
    return undefined;
  }

  /** Nothing is known of the board any more. */
  #lose(trouble: IoBoardConditionCode | undefined): void {
    this.#known = false;
    this.#trouble = trouble;
    this.#misses = 0;
    this.#lights.forget();
    for (const input of this.#settled.values()) input.forget();
  }

  #readInputs(): { readonly [name: string]: InputState } {
    return Object.fromEntries(
      this.#options.wiring.inputs.map(({ name, kind }) => {
        const settled = this.#settled.get(name)?.value;
        return [name, settled === undefined ? "unknown" : INPUT_WORDS[kind][settled ? "yes" : "no"]];
      }),
    );
  }

  #safeOutputs(): OutputStates {
    const { lights, relays } = this.#options.wiring;
    return {
      lights: Object.fromEntries(lights.map(({ name }) => [name, { flash: "off" }])),
      relays: Object.fromEntries(relays.map(({ name, safe }) => [name, safe])),
    };
  }

  #publish(): void {
    this.#inputs.set(this.#readInputs());
    const before = this.#status.value;
    const after = this.#describe(before.conditions);
    logConditionChanges(this.#options.log, this.id, before.conditions, after.conditions);
    this.#status.set(after);
  }

  #describe(before: DeviceStatus["conditions"]): DeviceStatus {
    const { link } = this.#connection.state.value;
    const connected = link === "connected";
    const states = Object.values(this.#inputs.value);
    const codes: IoBoardConditionCode[] = connected ? [] : ["not-answering"];
    if (connected && this.#trouble !== undefined) codes.push(this.#trouble);
    if (states.includes("open")) codes.push("door-open");
    if (states.includes("tampered")) codes.push("tampered");
    return {
      device: this.id,
      kind: "io-board",
      model: this.model,
      link,
      readiness: connected && this.#known ? "ready" : "unavailable",
      conditions: conditionsFor(MEANINGS, codes, before, this.#options.clock.now()),
      provisional: isProvisional("io-board", link, this.#known || this.#trouble !== undefined ? 1 : 0),
    };
  }
}

function troubleOf({ code }: CodedError): IoBoardConditionCode {
  return code === "io-board.refused" || code === "io-board.not-switched" ? "refused" : "not-answering";
}

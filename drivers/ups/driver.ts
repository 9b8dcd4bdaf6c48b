import type { Clock } from "../../base/clock.ts";
import type { DeviceStatus } from "../../base/contracts/device-status.ts";
import { pause } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { type Observable, Subject, sameData } from "../../base/observable.ts";
import { done, failed, type Outcome } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { type ConditionMeanings, conditionsFor, logConditionChanges } from "../conditions.ts";
import type { CommandOptions } from "../device.ts";
import { isProvisional } from "../first-status.ts";
import { reopen } from "../reopen.ts";
import type { OpenChannel } from "../transport/byte-channel.ts";
import { Connection } from "../transport/connection.ts";
import type { PowerState, Ups, UpsCapabilities, UpsConditionCode } from "./interface.ts";
import { NutSession, type UpsError, type Variables } from "./session.ts";
import { readVariables } from "./status-words.ts";

/** NUT's drivers look at their UPS every two seconds unless told otherwise, so that more would tell nothing new. Milliseconds. */
const POLL_EVERY = 2_000;
/** A daemon that is there is connected well within this, milliseconds. */
const CONNECT_WITHIN = 2_000;

const MEANINGS: ConditionMeanings<UpsConditionCode> = {
  "on-battery": { severity: "warning", who: "attendant" },
  "battery-low": { severity: "fault", who: "attendant" },
  "forced-shutdown": { severity: "fault", who: "attendant" },
  "replace-battery": { severity: "warning", who: "technician" },
  bypass: { severity: "warning", who: "technician" },
  overload: { severity: "warning", who: "technician" },
  "output-off": { severity: "fault", who: "technician" },
  alarm: { severity: "warning", who: "technician" },
  calibrating: { severity: "info", who: "none" },
  "data-stale": { severity: "fault", who: "technician" },
  "driver-not-connected": { severity: "fault", who: "technician" },
  refused: { severity: "fault", who: "technician" },
  garbled: { severity: "fault", who: "technician" },
  "not-answering": { severity: "fault", who: "technician" },
};

export type NutUpsOptions = {
  readonly id: string;
  /** Name of the UPS in the daemon's ups.conf. */
  readonly ups: string;
  /** Opens a connection to upsd. */
  readonly open: OpenChannel;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  /** Milliseconds between two questions. */
  readonly pollEvery?: number;
};

/** A UPS of any make, through the Network UPS Tools' daemon upsd, which knows the makes. */
export class NutUps implements Ups {
  readonly id: string;
  readonly model = "nut";
  readonly #options: NutUpsOptions;
  readonly #connection: Connection<NutSession>;
  readonly #status: Subject<DeviceStatus>;
  readonly #power: Subject<PowerState>;
  /** What the last exchange ended in, where it did not end well. */
  #trouble: UpsConditionCode | undefined;
  #conditions: readonly UpsConditionCode[] = [];
  #capabilities: UpsCapabilities = { maker: "", product: "" };
  #heard = false;

  constructor(options: NutUpsOptions) {
    this.#options = options;
    this.id = options.id;
    this.#connection = new Connection<NutSession>({
      device: options.id,
      open: options.open,
      start: (channel) => new NutSession(channel, options.clock),
      end: (session, cause) => session.end(cause),
      clock: options.clock,
      random: options.random,
      log: options.log,
      way: "network",
    });
    this.#power = new Subject<PowerState>(
      { source: "unknown", low: false, shutdown: false, since: options.clock.now() },
      sameData,
    );
    this.#status = new Subject<DeviceStatus>(this.#describe([]), sameData);
    this.#connection.state.subscribe((state) => {
      if (state.link === "connected") void this.#lookAfter(state.session);
      else this.#lose();
      // A second one without a connection in between: nothing listens there any more, not even what garbled.
      if (state.link !== "connected" && this.#status.value.link !== "connected") this.#trouble = undefined;
      this.#publish();
    });
  }

  get status(): Observable<DeviceStatus> {
    return this.#status;
  }

  get power(): Observable<PowerState> {
    return this.#power;
  }

  get capabilities(): UpsCapabilities {
    return this.#capabilities;
  }

  start(): void {
    this.#connection.start();
  }

  async stop(): Promise<void> {
    await this.#connection.stop();
  }

  /** A UPS is only asked, so this is a new conversation with its daemon. */
  async reset(options: CommandOptions = {}): Promise<Outcome<void>> {
    const reopened = await reopen(this.#connection, this.id, options);
    if (reopened.outcome !== "ok") return reopened;
    const asked = await this.refresh(options);
    return asked.outcome === "ok" ? done(undefined) : asked;
  }

  async refresh({ signal }: CommandOptions = {}): Promise<Outcome<PowerState>> {
    const session = await this.#connection.connected(CONNECT_WITHIN, signal);
    if (signal?.aborted) return failed(coded("common.cancelled", `asking ${this.id}`));
    if (session === undefined) return failed(this.#whyNotConnected());
    const error = await this.#ask(session, signal);
    return error === undefined ? done(this.#power.value) : failed(error);
  }

  async #lookAfter(session: NutSession): Promise<void> {
    const { clock, pollEvery = POLL_EVERY } = this.#options;
    const over = new AbortController();
    const unsubscribe = this.#connection.state.subscribe(() => over.abort());
    while (this.#connection.session === session) {
      await this.#ask(session);
      if (!(await pause(clock, pollEvery, over.signal))) break;
    }
    unsubscribe();
  }

  async #ask(session: NutSession, signal?: AbortSignal): Promise<UpsError | undefined> {
    const listed = await session.listVariables(this.#options.ups, signal);
    if (listed.ok && this.#connection.session !== session) return coded("link.lost", this.id);
    const error = listed.ok ? this.#read(listed.value) : listed.error;
    if (error !== undefined && error.code !== "common.cancelled" && error.code !== "link.lost") {
      this.#trouble = troubleOf(error);
      this.#lose();
    }
    this.#publish();
    return error;
  }

  #read(variables: Variables): UpsError | undefined {
    const reading = readVariables(variables);
    if (reading === undefined) return coded("ups.data-stale", `${this.#options.ups} has no status yet`);
    const { conditions, ...power } = reading;
    const before = this.#power.value;
    const since = before.source === power.source ? before.since : this.#options.clock.now();
    this.#heard = true;
    this.#trouble = undefined;
    this.#conditions = conditions;
    this.#capabilities = {
      maker: variables.get("device.mfr") ?? variables.get("ups.mfr") ?? "",
      product: variables.get("device.model") ?? variables.get("ups.model") ?? "",
    };
    if (before.source !== power.source || before.low !== power.low) this.#logPower(power);
    this.#power.set({ ...power, since });
    return undefined;
  }

  /** Nobody can say any more: what was known before stays known as such, so that a battery is not forgotten. */
  #lose(): void {
    this.#heard = false;
    this.#conditions = [];
    const power = this.#power.value;
    if (power.source === "unknown") return;
    const since = this.#options.clock.now();
    this.#logPower({ source: "unknown", low: power.low });
    this.#power.set({ ...power, source: "unknown", before: power.source, since });
  }

  #logPower({ source, low, charge, runtime }: Pick<PowerState, "source" | "low" | "charge" | "runtime">): void {
    this.#options.log("ups.power", {
      device: this.id,
      source,
      low,
      ...(charge === undefined ? {} : { charge }),
      ...(runtime === undefined ? {} : { runtime }),
    });
  }

  #whyNotConnected() {
    const state = this.#connection.state.value;
    return state.link === "connecting"
      ? { ...coded("link.refused"), message: state.cause }
      : coded("link.absent", this.id);
  }

  #publish(): void {
    const before = this.#status.value;
    const after = this.#describe(before.conditions);
    logConditionChanges(this.#options.log, this.id, before.conditions, after.conditions);
    this.#status.set(after);
  }

  #describe(before: DeviceStatus["conditions"]): DeviceStatus {
    const { link } = this.#connection.state.value;
    // A garbled answer hangs up, and the next connection may be as bad: its condition stays until something is understood.
    const absent = link === "connected" || this.#trouble === "garbled" ? [] : ["not-answering" as const];
    const trouble = absent.length > 0 ? absent : this.#trouble === undefined ? [] : [this.#trouble];
    return {
      device: this.id,
      kind: "ups",
      model: this.model,
      link,
      readiness: this.#heard ? "ready" : "unavailable",
      conditions: conditionsFor(MEANINGS, [...this.#conditions, ...trouble], before, this.#options.clock.now()),
      provisional: isProvisional("ups", link, this.#heard || this.#trouble !== undefined ? 1 : 0),
    };
  }
}

function troubleOf({ code }: UpsError): UpsConditionCode {
  switch (code) {
    case "ups.data-stale":
      return "data-stale";
    case "ups.driver-not-connected":
      return "driver-not-connected";
    case "ups.unknown":
    case "ups.access-denied":
    case "ups.refused":
      return "refused";
    case "ups.garbled":
      return "garbled";
    default:
      return "not-answering";
  }
}

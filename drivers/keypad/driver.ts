import type { Clock } from "../../base/clock.ts";
import type { DeviceStatus } from "../../base/contracts/device-status.ts";
import type { Logger } from "../../base/log.ts";
import { type Observable, Subject, sameData, type Unsubscribe } from "../../base/observable.ts";
import { done, type Outcome } from "../../base/outcome.ts";
import { type ConditionMeanings, conditionsFor, logConditionChanges } from "../conditions.ts";
import type { CommandOptions } from "../device.ts";
import { reopen } from "../reopen.ts";
import { Connection } from "../transport/connection.ts";
import type { HotPlug } from "../transport/hot-plug.ts";
import type { OpenReports, ReportChannel } from "../transport/report-channel.ts";
import type { Keypad, KeypadCapabilities, KeypadConditionCode, KeypadEvent } from "./interface.ts";
import { KEYPAD_KEYS } from "./interface.ts";
import { KeyTracker } from "./key-tracker.ts";
import type { KeypadProfile } from "./models.ts";
import { readKeys } from "./reports.ts";

const MEANINGS: ConditionMeanings<KeypadConditionCode> = {
  "not-answering": { severity: "fault", who: "technician" },
  "key-stuck": { severity: "warning", who: "attendant" },
  garbled: { severity: "warning", who: "technician" },
};

export type HidKeypadOptions = {
  readonly id: string;
  /** As configuration calls it. */
  readonly model: string;
  readonly profile: KeypadProfile;
  readonly open: OpenReports;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly hotPlug?: HotPlug | undefined;
};

/** The keypad over one open device. Dies with its channel. */
type Session = { readonly tracker: KeyTracker };

/** An accessible keypad that sends a keyboard's or multimedia keys' reports over HID. It is only listened to. */
export class HidKeypad implements Keypad {
  readonly id: string;
  readonly model: string;
  readonly capabilities: KeypadCapabilities;
  readonly #options: HidKeypadOptions;
  readonly #connection: Connection<Session, ReportChannel>;
  readonly #status: Subject<DeviceStatus>;
  readonly #headphones = new Subject<boolean | undefined>(undefined);
  readonly #listeners = new Set<(event: KeypadEvent) => void>();
  #garbled = false;

  constructor(options: HidKeypadOptions) {
    this.#options = options;
    this.id = options.id;
    this.model = options.model;
    const meanings = new Set(options.profile.keys.map(({ means }) => means));
    this.capabilities = {
      keys: KEYPAD_KEYS.filter((key) => meanings.has(key)),
      jack: meanings.has("jack") || meanings.has("jack-in"),
    };
    this.#connection = new Connection<Session, ReportChannel>({
      device: options.id,
      open: options.open,
      start: (channel) => this.#begin(channel),
      end: ({ tracker }) => {
        tracker.lose();
        this.#garbled = false;
        this.#headphones.set(undefined);
      },
      clock: options.clock,
      random: options.random,
      log: options.log,
      hotPlug: options.hotPlug,
    });
    this.#status = new Subject<DeviceStatus>(this.#describe([]), sameData);
    this.#connection.state.subscribe(() => this.#publish());
  }

  get status(): Observable<DeviceStatus> {
    return this.#status;
  }

  get headphones(): Observable<boolean | undefined> {
    return this.#headphones;
  }

  subscribe(listener: (event: KeypadEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  start(): void {
    this.#connection.start();
  }

  stop(): Promise<void> {
    return this.#connection.stop();
  }

  async reset(options: CommandOptions = {}): Promise<Outcome<void>> {
    const reopened = await reopen(this.#connection, this.id, options);
    return reopened.outcome === "ok" ? done(undefined) : reopened;
  }

  #begin(channel: ReportChannel): Session {
    const { profile, clock } = this.#options;
    const tracker = new KeyTracker(profile, clock, {
      tell: (event) => this.#tell(event),
      onStuck: () => this.#publish(),
    });
    channel.onReport((report) => {
      const keys = readKeys(report, profile.forms);
      if (keys === "other") return;
      const garbled = keys === "malformed";
      const changed = garbled !== this.#garbled;
      this.#garbled = garbled;
      if (keys !== "malformed" && keys.pressed !== "too-many") tracker.take(keys.page, keys.pressed);
      if (changed) this.#publish();
    });
    return { tracker };
  }

  #tell(event: KeypadEvent): void {
    if (event.event === "headphones") {
      if (this.#headphones.value === event.inserted) return;
      this.#headphones.set(event.inserted);
    }
    for (const listener of [...this.#listeners]) listener(event);
  }

  #publish(): void {
    const before = this.#status.value;
    const after = this.#describe(before.conditions);
    logConditionChanges(this.#options.log, this.id, before.conditions, after.conditions);
    this.#status.set(after);
  }

  #describe(before: DeviceStatus["conditions"]): DeviceStatus {
    const state = this.#connection.state.value;
    const connected = state.link === "connected";
    const codes: KeypadConditionCode[] = connected ? [] : ["not-answering"];
    if (connected && state.session.tracker.stuck) codes.push("key-stuck");
    if (this.#garbled) codes.push("garbled");
    return {
      device: this.id,
      kind: "keypad",
      model: this.model,
      link: state.link,
      readiness: connected ? "ready" : "unavailable",
      conditions: conditionsFor(MEANINGS, codes, before, this.#options.clock.now()),
      provisional: false,
    };
  }
}

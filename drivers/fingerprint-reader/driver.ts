import type { Clock } from "../../base/clock.ts";
import type { DeviceStatus } from "../../base/contracts/device-status.ts";
import { pause } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { type Observable, Subject, sameData } from "../../base/observable.ts";
import { done, failed, type Outcome } from "../../base/outcome.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";
import { type ConditionMeanings, conditionsFor, logConditionChanges } from "../conditions.ts";
import type { CommandOptions } from "../device.ts";
import { reopen } from "../reopen.ts";
import { Connection } from "../transport/connection.ts";
import type { HotPlug } from "../transport/hot-plug.ts";
import { Capture, destroy, type Reading } from "./capture.ts";
import type {
  CaptureOptions,
  FingerprintReader,
  FingerprintReaderCapabilities,
  FingerprintReaderConditionCode,
  FingerprintTemplate,
} from "./interface.ts";
import type { FingerSensor, OpenSensor, SensorEvent } from "./sensor.ts";

const MIN_QUALITY = 40;
const ATTEMPTS = 3;
const WITHIN = 60_000;
const CONNECT_WITHIN = 2_000;

const MEANINGS: ConditionMeanings<FingerprintReaderConditionCode> = {
  "not-answering": { severity: "fault", who: "technician" },
  dirty: { severity: "warning", who: "attendant" },
};

export type SensorReaderOptions = {
  readonly id: string;
  readonly model: string;
  readonly open: OpenSensor;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly hotPlug?: HotPlug | undefined;
};

/** A fingerprint reader over a sensor, whoever made it. */
export class SensorReader implements FingerprintReader {
  readonly id: string;
  readonly model: string;
  readonly #options: SensorReaderOptions;
  readonly #connection: Connection<FingerSensor, FingerSensor>;
  readonly #status: Subject<DeviceStatus>;
  #capture: Capture | undefined;
  #dirty = false;
  #liveness = false;

  constructor(options: SensorReaderOptions) {
    this.#options = options;
    this.id = options.id;
    this.model = options.model;
    this.#connection = new Connection<FingerSensor, FingerSensor>({
      device: options.id,
      open: options.open,
      start: (sensor) => {
        this.#liveness = sensor.liveness;
        sensor.onEvent((event) => this.#take(event));
        return sensor;
      },
      end: (_sensor, cause) => {
        this.#dirty = false;
        this.#capture?.fail(coded("link.lost", `${this.id}: ${cause}`));
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

  get capabilities(): FingerprintReaderCapabilities {
    return { liveness: this.#liveness };
  }

  start(): void {
    this.#connection.start();
  }

  async stop(): Promise<void> {
    this.#capture?.fail(coded("common.cancelled", `${this.id} stops`));
    await this.#connection.stop();
  }

  async reset(options: CommandOptions = {}): Promise<Outcome<void>> {
    const reopened = await reopen(this.#connection, this.id, options);
    return reopened.outcome === "ok" ? done(undefined) : reopened;
  }

  async capture<T>(
    use: (template: FingerprintTemplate) => Promise<T>,
    options: CaptureOptions = {},
  ): Promise<Outcome<T>> {
    const { finger, signal, minQuality = MIN_QUALITY, attempts = ATTEMPTS, onFeedback = () => {} } = options;
    if (signal?.aborted) return failed(coded("common.cancelled", `capture on ${this.id}`));
    if (this.#capture !== undefined) return failed(coded("fingerprint-reader.busy", this.id));
    const { promise, resolve } = Promise.withResolvers<Result<Reading, CodedError>>();
    const capture = new Capture({ minQuality, attempts }, { tell: onFeedback, end: resolve });
    this.#capture = capture;
    this.#publish();
    try {
      const result = await this.#run(capture, promise, options);
      this.#record(capture, result);
      if (!result.ok) return failed(result.error);
      const { bytes, quality } = result.value;
      try {
        return done(await use({ bytes, quality, ...(finger === undefined ? {} : { finger }) }));
      } finally {
        destroy(bytes);
      }
    } finally {
      this.#capture = undefined;
      this.#publish();
    }
  }

  async #run(
    capture: Capture,
    ended: Promise<Result<Reading, CodedError>>,
    { signal, within = WITHIN }: CaptureOptions,
  ): Promise<Result<Reading, CodedError>> {
    const over = new AbortController();
    const stop = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
    const onAbort = () => capture.fail(coded("common.cancelled", `capture on ${this.id}`));
    signal?.addEventListener("abort", onAbort, { once: true });
    void pause(this.#options.clock, within, stop).then(
      (passed) => passed && capture.fail(coded("common.deadline", `no finger within ${within} ms`)),
    );
    const sensor = await this.#connection.connected(Math.min(CONNECT_WITHIN, within), stop);
    if (sensor === undefined) capture.fail(coded("link.absent", this.id));
    else {
      const started = await sensor.start();
      if (started.ok) capture.begin();
      else capture.fail(coded("fingerprint-reader.failed", started.error.message));
    }
    const result = await ended;
    over.abort();
    signal?.removeEventListener("abort", onAbort);
    // What cannot be stopped has gone away, which its connection tells.
    if (sensor !== undefined) await sensor.stop();
    return result;
  }

  #take(event: SensorEvent): void {
    if (event.event === "surface") {
      this.#dirty = event.dirty;
      this.#publish();
    } else if (this.#capture !== undefined) this.#capture.take(event);
    else if (event.event === "template") {
      destroy(event.bytes);
      this.#options.log("fingerprint-reader.dropped", { device: this.id });
    }
  }

  #record({ used }: Capture, result: Result<Reading, CodedError>): void {
    this.#options.log("fingerprint-reader.capture", {
      device: this.id,
      outcome: result.ok ? "ok" : "error",
      attempts: used,
      ...(result.ok ? { quality: result.value.quality } : { cause: result.error.code }),
    });
  }

  #publish(): void {
    const before = this.#status.value;
    const after = this.#describe(before.conditions);
    logConditionChanges(this.#options.log, this.id, before.conditions, after.conditions);
    this.#status.set(after);
  }

  #describe(before: DeviceStatus["conditions"]): DeviceStatus {
    const { link } = this.#connection.state.value;
    const connected = link === "connected";
    const codes: FingerprintReaderConditionCode[] = connected ? [] : ["not-answering"];
    if (connected && this.#dirty) codes.push("dirty");
    const busy = this.#capture === undefined ? "ready" : "busy";
    return {
      device: this.id,
      kind: "fingerprint-reader",
      model: this.model,
      link,
      readiness: connected ? busy : "unavailable",
      conditions: conditionsFor(MEANINGS, codes, before, this.#options.clock.now()),
      provisional: false,
    };
  }
}

import type { Clock } from "../../base/clock.ts";
import { withDeadline } from "../../base/deadline.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { ChannelError } from "../transport/byte-channel.ts";
import type { OpenReports, ReportChannel } from "../transport/report-channel.ts";
import type { FingerSensor, OpenSensor, SensorEvent } from "./sensor.ts";
import { decodeWord, encodeCommand, type SensorCommand } from "./sensor-reports.ts";

/** The model's name in configuration. */
export const SENSOR_SOCKET_MODEL = "sensor-socket";

/** The other process answers at once, or hangs. Milliseconds. */
const ANSWER_WITHIN = 2_000;

/**
 * A sensor in a process of its own, so that a maker's library can neither crash the kiosk's runtime nor bring its licence into it. What is
 * no word of the sensor's ends the connection: there is no telling what it meant.
 */
export function socketSensor(open: OpenReports, clock: Clock): OpenSensor {
  return async (signal) => {
    const opened = await open(signal);
    if (!opened.ok) return opened;
    const sensor = new SocketSensor(opened.value, clock);
    const greeted = await withDeadline<FingerSensor, ChannelError>(
      clock,
      ANSWER_WITHIN,
      signal,
      "the sensor's first word",
      () => sensor.greeted,
    );
    if (!greeted.ok) await sensor.close();
    return greeted;
  };
}

class SocketSensor implements FingerSensor {
  readonly closed: Promise<string>;
  readonly greeted: Promise<Result<FingerSensor, ChannelError>>;
  readonly #channel: ReportChannel;
  readonly #clock: Clock;
  #liveness = false;
  #cause: string | undefined;
  #listener: ((event: SensorEvent) => void) | undefined;
  #early: SensorEvent[] = [];
  /** Ends the wait for the answer to `look`. */
  #looks: (end: Result<void, ChannelError>) => void = () => {};

  constructor(channel: ReportChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
    const { promise, resolve } = Promise.withResolvers<Result<FingerSensor, ChannelError>>();
    this.greeted = promise;
    this.closed = channel.closed.then((cause) => this.#cause ?? cause);
    void this.closed.then((cause) => {
      resolve(err(coded("link.refused", cause)));
      this.#looks(err(coded("link.lost", cause)));
    });
    channel.onReport((report) => {
      const word = decodeWord(report);
      // The decoder's copy is the template now.
      report.fill(0);
      if (word === undefined) return this.#giveUp("what came is no sensor's word");
      if (word.event === "looking") return this.#looks(ok());
      if (word.event !== "hello") return this.#tell(word);
      this.#liveness = word.liveness;
      resolve(ok(this));
    });
  }

  get liveness(): boolean {
    return this.#liveness;
  }

  onEvent(listener: (event: SensorEvent) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const event of early) listener(event);
  }

  /** Waits for the answer: what the sensor told before it lay there before. */
  start(): Promise<Result<void, ChannelError>> {
    const { promise, resolve } = Promise.withResolvers<Result<void, ChannelError>>();
    this.#looks = resolve;
    return withDeadline<void, ChannelError>(this.#clock, ANSWER_WITHIN, undefined, "the sensor looks", async () => {
      const sent = await this.#send("look");
      return sent.ok ? await promise : sent;
    });
  }

  stop(): Promise<Result<void, ChannelError>> {
    return this.#send("rest");
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  #send(command: SensorCommand): Promise<Result<void, ChannelError>> {
    return this.#channel.write(encodeCommand(command));
  }

  /** Between the first word and the consumer only a word about the surface can come: nobody has asked for a finger. */
  #tell(event: SensorEvent): void {
    if (this.#listener !== undefined) this.#listener(event);
    else if (event.event === "surface") this.#early = [event];
    else this.#giveUp("a finger that nobody asked for");
  }

  #giveUp(cause: string): void {
    this.#cause ??= cause;
    void this.#channel.close();
  }
}

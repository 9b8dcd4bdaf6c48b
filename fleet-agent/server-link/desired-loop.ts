import type { Clock } from "../../base/clock.ts";
import { DESIRED_TYPE, type Desired, desiredSchema } from "../../base/contracts/fleet/desired.ts";
import { pause } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { KioskIdentity } from "../identity/interface.ts";
import type { Values } from "../store/interface.ts";
import type { Wake } from "../wake.ts";
import { Backoff } from "./backoff.ts";
import type { ServerClient, ServerFailure } from "./client.ts";

const PATH = "/device/v1/desired";
const REVISION = "desired.revision";
/** Between two looks, whoever asks for them, milliseconds. */
const AT_MOST_EVERY = 1_000;
/** Share of the interval that is random. */
const JITTER = 0.2;

export type DesiredOptions = {
  readonly client: Pick<ServerClient, "request">;
  readonly identity: KioskIdentity;
  readonly values: Values;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Seconds between two looks. */
  readonly interval: () => number;
  readonly onDesired: (desired: Desired) => void;
};

/** Follows what the fleet wants of this kiosk. */
export class DesiredFollower {
  readonly #options: DesiredOptions;
  readonly #wake: Wake;
  readonly #backoff: Backoff;
  #etag: string | undefined;
  /** The last ETag that a report's answer told, and the one that the last good look was for. */
  #heard: string | undefined;
  #lookedFor: string | undefined;
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #refused: { readonly etag: string | undefined; readonly message: string } | undefined;
  #failing = false;

  constructor(options: DesiredOptions, wake: Wake) {
    this.#options = options;
    this.#wake = wake;
    this.#backoff = new Backoff(options.random);
  }

  /**
   * What a report's answer says of the desired state: a known ETag is as good as a look of our own and saves it; another one
   * is fetched now, unless it has just been refused or cannot be fetched.
   */
  hear(etag: string): void {
    this.#heard = etag;
    if (etag === this.#etag || etag === this.#lookedFor) this.#confirmedAt = this.#options.clock.monotonic();
    else if (!this.#failing || (this.#refused !== undefined && etag !== this.#refused.etag)) this.#wake.call();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, interval } = this.#options;
    while (!signal.aborted) {
      const heard = this.#heard;
      const looked = await this.#look(signal);
      if (!(await pause(clock, AT_MOST_EVERY, signal))) return;
      this.#failing = !looked.ok;
      if (looked.ok) {
        this.#backoff.reset();
        this.#lookedFor = heard;
        this.#confirmedAt = clock.monotonic();
        const period = interval() * 1000 * (1 - JITTER * random());
        for (let rest = period; rest > 0; rest = this.#confirmedAt + period - clock.monotonic())
          if ((await this.#wake.wait(clock, rest, signal)) || signal.aborted) break;
      } else {
        await this.#wake.wait(clock, this.#backoff.next(looked.error.kind, looked.error.retryAfter), signal);
      }
    }
  }

  async #look(signal: AbortSignal): Promise<Result<void, ServerFailure>> {
    const { client } = this.#options;
    const headers = this.#etag === undefined ? {} : { "if-none-match": this.#etag };
    const reply = await client.request({ method: "GET", path: PATH, headers, signal });
    if (!reply.ok) return reply;
    if (reply.value.status === 304) return ok();
    const etag = reply.value.headers.etag;
    const taken = await this.#take(reply.value.body.toString("utf8"));
    if (taken.ok) {
      this.#etag = etag;
      this.#refused = undefined;
      return ok();
    }
    const { code, message } = taken.error;
    if (this.#refused?.message !== message) this.#options.log("agent.desired-refused", { code, reason: message });
    this.#refused = { etag, message };
    return err({ error: taken.error, kind: "refused" });
  }

  async #take(jws: string): Promise<Result<void, CodedError>> {
    const { identity, values, log, onDesired } = this.#options;
    const verified = await identity.verifyDirector(jws.trim(), DESIRED_TYPE);
    if (!verified.ok) return verified;
    const parsed = desiredSchema.safeParse(verified.value);
    if (!parsed.success) return err(coded("agent.desired-refused", `form: ${parsed.error.issues[0]?.path.join(".")}`));
    const desired = parsed.data;
    if (desired.kiosk !== identity.kiosk) return err(coded("agent.desired-refused", `for kiosk ${desired.kiosk}`));
    const seen = Number(values.get(REVISION) ?? 0);
    if (desired.revision < seen)
      return err(coded("agent.desired-refused", `revision ${desired.revision} after ${seen}`));
    if (desired.revision > seen) values.set(REVISION, desired.revision);
    log("agent.desired", { revision: desired.revision, commands: desired.commands.length });
    onDesired(desired);
    return ok();
  }
}

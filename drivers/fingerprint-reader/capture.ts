import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { CaptureFeedback } from "./interface.ts";
import type { SensorEvent } from "./sensor.ts";

export type Reading = { readonly quality: number; readonly bytes: Uint8Array };

/** Overwrites a template. */
export function destroy(bytes: Uint8Array): void {
  bytes.fill(0);
}

/**
 * One capture as a reducer over what the sensor tells. It ends once, with a reading that is good enough or with the reason why there is none;
 * every other template it has seen is destroyed.
 */
export class Capture {
  readonly #minQuality: number;
  readonly #attempts: number;
  readonly #tell: (feedback: CaptureFeedback) => void;
  readonly #end: (result: Result<Reading, CodedError>) => void;
  /** A finger that was on when the capture began belongs to the person before. */
  #waitsForLift = false;
  #fresh = true;
  #ended = false;
  #used = 0;

  constructor(
    { minQuality, attempts }: { readonly minQuality: number; readonly attempts: number },
    listener: {
      readonly tell: (feedback: CaptureFeedback) => void;
      readonly end: (result: Result<Reading, CodedError>) => void;
    },
  ) {
    this.#minQuality = minQuality;
    this.#attempts = attempts;
    this.#tell = listener.tell;
    this.#end = listener.end;
  }

  /** Readings that have been looked at. */
  get used(): number {
    return this.#used;
  }

  /** The sensor looks for fingers from now on. What it told before that was of a finger that lay there. */
  begin(): void {
    this.#fresh = false;
    if (!this.#ended) this.#tell({ feedback: this.#waitsForLift ? "remove-subject" : "present-subject" });
  }

  take(event: SensorEvent): void {
    if (this.#ended) {
      if (event.event === "template") destroy(event.bytes);
      return;
    }
    switch (event.event) {
      case "finger-on":
        if (this.#fresh) this.#waitsForLift = true;
        else if (!this.#waitsForLift) this.#tell({ feedback: "subject-detected" });
        break;
      case "finger-off":
        this.#waitsForLift = false;
        this.#tell({ feedback: "present-subject" });
        break;
      case "problem":
        if (!this.#waitsForLift) this.#tell({ feedback: "problem", problem: event.problem });
        break;
      case "not-alive":
        this.#finish(err(coded("fingerprint-reader.not-alive")));
        break;
      case "template":
        this.#judge(event);
        break;
      case "surface":
        break;
    }
  }

  /** Ends it from outside: aborted, late, or the sensor is gone. */
  fail(error: CodedError): void {
    this.#finish(err(error));
  }

  #judge({ quality, bytes }: Reading): void {
    if (this.#waitsForLift) {
      destroy(bytes);
      return;
    }
    this.#used++;
    this.#tell({ feedback: "remove-subject" });
    if (quality >= this.#minQuality) {
      this.#finish(ok({ quality, bytes }));
      return;
    }
    destroy(bytes);
    this.#tell({ feedback: "low-quality", quality });
    if (this.#used >= this.#attempts)
      this.#finish(err(coded("fingerprint-reader.low-quality", `${this.#used} readings`)));
  }

  #finish(result: Result<Reading, CodedError>): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#end(result);
  }
}

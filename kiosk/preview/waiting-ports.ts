import type { News } from "../../flows/checker/answers.ts";
import type { JourneyCall } from "../../flows/engine/journey.ts";
import type { FingerProgress, JourneyPorts, PaperProgress, PhoneProgress } from "../../flows/engine/ports.ts";

type Waiting = {
  readonly name: JourneyCall;
  readonly resolve: (value: unknown) => void;
  readonly reject: (problem: Error) => void;
  readonly hear: (progress: unknown) => void;
};

type ChipProgress = Parameters<Parameters<JourneyPorts["readChip"]>[1]["onProgress"]>[0];

/** Devices and institutions that wait: whoever looks at the preview says what they do. */
export class WaitingPorts implements JourneyPorts {
  #waiting: Waiting | undefined;

  /** The call that waits for its end. */
  get waiting(): JourneyCall | undefined {
    return this.#waiting?.name;
  }

  /** Ends the call. @param answer absent: it breaks off. */
  end(answer: { readonly output?: unknown }): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if ("output" in answer) waiting?.resolve(answer.output);
    else waiting?.reject(new Error("defect"));
  }

  /** Something is heard of the call before its end. */
  tell({ event }: News): void {
    if ("progress" in event) this.#waiting?.hear(event.progress);
  }

  #wait<T>(name: JourneyCall, signal?: AbortSignal, hear: (progress: unknown) => void = () => undefined): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const waiting: Waiting = { name, resolve: (value) => resolve(value as T), reject, hear };
    this.#waiting = waiting;
    signal?.addEventListener("abort", () => {
      if (this.#waiting === waiting) this.#waiting = undefined;
    });
    return promise;
  }

  scan: JourneyPorts["scan"] = ({ signal }) => this.#wait("scan", signal);

  scanCode: JourneyPorts["scanCode"] = ({ signal }) => this.#wait("scanCode", signal);

  readChip: JourneyPorts["readChip"] = (_request, { signal, onProgress }) => {
    onProgress({ step: "waiting" });
    return this.#wait("readChip", signal, (progress) => onProgress(progress as ChipProgress));
  };

  verifyFinger: JourneyPorts["verifyFinger"] = (_request, { signal, onProgress }) =>
    this.#wait("verifyFinger", signal, (progress) => onProgress(progress as FingerProgress));

  logInByPhone: JourneyPorts["logInByPhone"] = (_request, { signal, onProgress }) =>
    this.#wait("logInByPhone", signal, (progress) => onProgress(progress as PhoneProgress));

  scanPage: JourneyPorts["scanPage"] = (_request, { signal, onProgress }) =>
    this.#wait("scanPage", signal, (progress) => onProgress(progress as PaperProgress));

  lookUp: JourneyPorts["lookUp"] = (_request, { signal }) => this.#wait("lookUp", signal);

  submit: JourneyPorts["submit"] = (_request, { signal }) => this.#wait("submit", signal);

  charge: JourneyPorts["charge"] = (_request, { signal, onPrompt }) => {
    onPrompt("present-card");
    return this.#wait("charge", signal);
  };

  refund: JourneyPorts["refund"] = (_request, { signal }) => this.#wait("refund", signal);

  print: JourneyPorts["print"] = (_request, { signal, onProgress }) => {
    onProgress("sent");
    return this.#wait("print", signal);
  };

  printPages: JourneyPorts["printPages"] = (_request, { signal, onProgress }) => {
    onProgress("sent");
    return this.#wait("print", signal);
  };

  incident: JourneyPorts["incident"] = () => this.#wait("incident");

  settle: JourneyPorts["settle"] = () => this.#wait("settle");
}

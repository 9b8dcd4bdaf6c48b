import { done, type Outcome } from "../../base/outcome.ts";
import type { ChipProgress } from "../../drivers/chip-card-reader/interface.ts";
import type {
  FingerProgress,
  IncidentRecord,
  JourneyPorts,
  JourneyResult,
  Json,
  PaperProgress,
  PhoneProgress,
} from "../engine/ports.ts";
import { ANSWERS, CEDULA, CHIP, NAME, PHONE, RUN, SALE } from "./people.ts";

type Call = { readonly port: keyof JourneyPorts; readonly name: string; readonly detail: unknown };

/**
 * Ports that do what a test says and note what was asked of them. A script gives answers by the call's name (`scan`,
 * an operation, `charge-1`, `print-bono`, …) or by the port (`print`, `lookUp`); each answer is used once, the last one for ever.
 */
export class ScriptedPorts implements JourneyPorts {
  readonly calls: Call[] = [];
  /** What a chip card reader tells of each read before it ends. */
  chipProgress: readonly ChipProgress[] = [{ step: "waiting" }];
  /** What a fingerprint reader tells of each finger before it is known whose it is. */
  fingerProgress: readonly FingerProgress[] = [{ feedback: "present-subject" }];
  /** What the gateway tells of each login on the phone before it ends. */
  phoneProgress: readonly PhoneProgress[] = [PHONE];
  /** What a document scanner tells of each page before it is there. */
  paperProgress: readonly PaperProgress[] = ["insert"];
  readonly #script = new Map<string, unknown[]>();

  /** Answers of the calls called `name`: an outcome, an `Error` to be thrown, or `HANG`. */
  script(name: string, ...answers: unknown[]): this {
    this.#script.set(name, answers);
    return this;
  }

  /** Names of the calls, in order. */
  get names(): string[] {
    return this.calls.map(({ name }) => name);
  }

  detail(name: string): unknown {
    return this.calls.findLast((call) => call.name === name)?.detail;
  }

  #answer<T>(port: keyof JourneyPorts, name: string, detail: unknown, usual: T, signal?: AbortSignal): Promise<T> {
    this.calls.push({ port, name, detail });
    const answers = this.#script.get(name) ?? this.#script.get(name.replace(/-\d+$/, "")) ?? this.#script.get(port);
    const answer =
      answers === undefined || answers.length === 0 ? usual : answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) return Promise.reject(answer);
    if (answer !== HANG) return Promise.resolve(answer as T);
    const { promise } = Promise.withResolvers<T>();
    signal?.addEventListener("abort", () => this.calls.push({ port, name: `${name} aborted`, detail }));
    return promise;
  }

  scan: JourneyPorts["scan"] = ({ signal }) => this.#answer("scan", "scan", null, done(CEDULA), signal);

  /** A page that takes a code is typed on, unless a script shows one. */
  scanCode: JourneyPorts["scanCode"] = ({ signal }) =>
    this.#answer<Outcome<string>>("scanCode", "scan-code", null, HANG as never, signal);

  readChip: JourneyPorts["readChip"] = ({ key }, { signal, onProgress }) => {
    for (const progress of this.chipProgress) onProgress(progress);
    return this.#answer("readChip", "read-chip", key, done(CHIP), signal);
  };

  verifyFinger: JourneyPorts["verifyFinger"] = (request, { signal, onProgress }) => {
    for (const progress of this.fingerProgress) onProgress(progress);
    return this.#answer("verifyFinger", "verify-finger", request, done("match" as const), signal);
  };

  logInByPhone: JourneyPorts["logInByPhone"] = (request, { signal, onProgress }) => {
    for (const progress of this.phoneProgress) onProgress(progress);
    return this.#answer("logInByPhone", "log-in", request, done({ run: RUN, name: NAME, login: "login-1" }), signal);
  };

  scanPage: JourneyPorts["scanPage"] = ({ held }, { signal, onProgress }) => {
    for (const progress of this.paperProgress) onProgress(progress);
    const page = {
      sha256: String(this.names.filter((name) => name === "scan-page").length + 1).padStart(64, "a"),
      bytes: 4_000,
    };
    return this.#answer("scanPage", "scan-page", { held: [...held] }, done(page), signal);
  };

  lookUp: JourneyPorts["lookUp"] = ({ operation, input }, { signal }) =>
    this.#answer<Outcome<Json>>("lookUp", operation, input, done(ANSWERS[operation] ?? null), signal);

  submit: JourneyPorts["submit"] = ({ effect, operation, input }, { signal }) =>
    this.#answer<Outcome<Json>>("submit", operation, { effect, input }, done(ANSWERS[operation] ?? null), signal);

  charge: JourneyPorts["charge"] = ({ effect, amount }, { signal, onPrompt }) => {
    onPrompt("present-card");
    return this.#answer("charge", effect, { amount }, done({ ...SALE, amount }), signal);
  };

  refund: JourneyPorts["refund"] = ({ effect, sale }, { signal }) =>
    this.#answer<Outcome<void>>("refund", effect, sale, done(undefined), signal);

  print: JourneyPorts["print"] = ({ effect, document }, { signal, onProgress }) => {
    onProgress("sent");
    return this.#answer("print", effect, document, done({ printed: 1, confirmed: true }), signal);
  };

  printPages: JourneyPorts["printPages"] = ({ effect, document, demo }, { signal, onProgress }) => {
    onProgress("sent");
    return this.#answer("printPages", effect, { document, demo }, done({ printed: 1, confirmed: true }), signal);
  };

  incident: JourneyPorts["incident"] = (record: IncidentRecord) =>
    this.#answer("incident", "incident", record, { number: "INC-0042" });

  settle: JourneyPorts["settle"] = (result: JourneyResult) => this.#answer("settle", "settle", result, undefined);
}

/** An answer that never comes. */
export const HANG = Symbol("no answer");

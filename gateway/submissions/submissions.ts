import { z } from "zod";
import type { Clock, Timer } from "../../base/clock.ts";
import { attachmentsOf } from "../../base/contracts/attachment.ts";
import type { GatewayAnswer, SubmissionName, SubmissionState } from "../../base/contracts/gateway.ts";
import { withDeadline } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { ok, type Result } from "../../base/result.ts";
import { delays, type Schedule } from "../../base/schedule.ts";
import type { Attachments } from "../attachments/attachments.ts";
import type { Deadlines } from "../config.ts";
import type { CallFailure, Operations, Origin, SubmissionContext } from "../connectors/connector.ts";
import type { SubmissionRow, SubmissionStore } from "./submission-store.ts";

export type SubmissionsOptions = {
  readonly store: SubmissionStore;
  readonly attachments: Attachments;
  readonly operations: Operations;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly deadlines: Deadlines;
};

export type SubmissionRequest = {
  readonly kiosk: string;
  readonly key: string;
  readonly operation: SubmissionName;
  /** Already of the operation's form. */
  readonly input: unknown;
  /** Of one that waited on the kiosk. */
  readonly origin?: Origin;
};

/**
 * `final`: the same key can only be answered like this. `conflict`: the key was used for something else. `working`: not settled within
 * the time that a request is held. `forgotten`: of one that waited, how it ended when the answer itself is not held any more.
 */
export type SubmitEnd =
  | { readonly kind: "answer"; readonly answer: GatewayAnswer; readonly final: boolean }
  | { readonly kind: "forgotten"; readonly state: "done" | "failed" }
  | { readonly kind: "conflict" | "working" };

type Identity = { readonly kiosk: string; readonly key: string };
/** A submission whose name was looked up: the form of its input was checked against the contract before. */
type Remote = {
  readonly kind: "remote";
  readonly resendable: boolean;
  submit(input: unknown, context: SubmissionContext): Promise<Result<unknown, CallFailure>>;
  lookUp(key: string, signal: AbortSignal): Promise<Result<unknown, CallFailure>>;
};
type Local = {
  readonly kind: "local";
  run(input: unknown, context: Identity & { readonly origin?: Origin }): Result<unknown, CallFailure>;
};

const RECONCILE: Schedule = { first: 5_000, factor: 2, cap: 60_000, attempts: Number.POSITIVE_INFINITY, jitter: 0.2 };
const withFolio = z.looseObject({ folio: z.string() });

/**
 * Submissions that act once. Each is recorded durably before the institution hears of it; when it is not known whether it
 * took effect, the institution is asked by key, and it is sent again only where that is shown to be harmless.
 */
export class Submissions {
  readonly #options: SubmissionsOptions;
  readonly #active = new Map<string, Promise<GatewayAnswer>>();
  readonly #stopping = new AbortController();
  #delays = delays(RECONCILE, Math.random);
  #timer: Timer | undefined;

  constructor(options: SubmissionsOptions) {
    this.#options = options;
    this.#delays = delays(RECONCILE, options.random);
  }

  /** Settles what an earlier run of the gateway left open, and keeps trying until all is settled. */
  start(): void {
    if (this.#options.store.open().length > 0) this.#reconcileIn(0);
  }

  async submit(request: SubmissionRequest): Promise<SubmitEnd> {
    const { store } = this.#options;
    const row = store.find(request);
    const fingerprint = store.fingerprint(request.operation, request.input);
    if (row !== undefined && row.fingerprint !== fingerprint) return { kind: "conflict" };
    const kept = row === undefined ? undefined : finalAnswer(row);
    if (kept !== undefined) return { kind: "answer", answer: kept, final: true };
    // Nobody waits for the answer of one that waited itself: that it was carried out is enough, and is remembered longer.
    if (request.origin !== undefined && row !== undefined && isFinal(row))
      return { kind: "forgotten", state: row.state === "done" ? "done" : "failed" };
    const work = this.#active.get(nameOf(request)) ?? this.#track(request, () => this.#work(request, row, fingerprint));
    return await this.#hold(work, request);
  }

  /** What became of a key; asks the institution when that is not known. */
  async state(identity: Identity): Promise<SubmissionState> {
    const { store } = this.#options;
    if (this.#active.has(nameOf(identity))) return { state: "working" };
    const row = store.find(identity);
    if (row === undefined) return { state: "absent" };
    if (row.state === "working" || row.state === "unknown" || (row.state === "done" && row.answer === undefined)) {
      const end = await this.#hold(
        this.#track(identity, () => this.#reconcile(row)),
        identity,
      );
      if (end.kind !== "answer") return { state: "working" };
      return { state: STATE_OF[end.answer.outcome], answer: end.answer };
    }
    return row.answer === undefined ? { state: row.state } : { state: row.state, answer: row.answer };
  }

  /** Waits for what is under way, for a bounded time; the rest is settled after the next start. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    const { clock, deadlines } = this.#options;
    await withDeadline(clock, deadlines.stop, undefined, "submissions under way", async () => {
      await Promise.allSettled(this.#active.values());
      return ok();
    });
    this.#stopping.abort();
    await Promise.allSettled(this.#active.values());
    this.#timer?.cancel();
  }

  #track(identity: Identity, start: () => Promise<GatewayAnswer>): Promise<GatewayAnswer> {
    const name = nameOf(identity);
    const work = start().finally(() => this.#active.delete(name));
    this.#active.set(name, work);
    // Whoever asked may have gone when it fails.
    work.catch((problem: unknown) =>
      this.#options.log("gateway.unexpected", {
        operation: "submission",
        cause: problem instanceof Error ? problem.name : "unknown",
      }),
    );
    return work;
  }

  async #hold(work: Promise<GatewayAnswer>, identity: Identity): Promise<SubmitEnd> {
    const { clock, deadlines, store } = this.#options;
    const held = await withDeadline(clock, deadlines.hold, undefined, "submission", async () => ok(await work));
    if (!held.ok) return { kind: "working" };
    const row = store.find(identity);
    return { kind: "answer", answer: held.value, final: row !== undefined && isFinal(row) };
  }

  async #work(request: SubmissionRequest, row: SubmissionRow | undefined, fingerprint: string): Promise<GatewayAnswer> {
    const { store, clock } = this.#options;
    const submission = this.#submission(request.operation);
    if (submission === undefined) throw new Error(`no submission ${request.operation}`);
    if (submission.kind === "local") {
      // Its answer's time is over; to run it again would record a second one.
      if (row?.state === "done") return unknownAnswer(coded("gateway.document-gone"));
      return store.atomically(() => {
        store.begin({ ...request, fingerprint }, clock.now());
        return this.#settle(request, submission.run(request.input, request));
      });
    }
    let doubt: GatewayAnswer | undefined;
    if (row !== undefined && row.state !== "failed") {
      const asked = await this.#ask(submission, row);
      if (asked.kind === "known" || row.state === "done") return asked.answer;
      if (asked.kind === "unanswered" || !(submission.resendable || this.#isPast(row))) return asked.answer;
      doubt = asked.answer;
    }
    const refusal = this.#begin(request, fingerprint);
    if (refusal !== undefined) return doubt ?? { outcome: "error", error: refusal };
    const { signal } = this.#stopping;
    const { kiosk, origin } = request;
    const sent = await submission.submit(request.input, { kiosk, key: institutionKey(request), signal, origin });
    if (sent.ok || sent.error.effect !== "maybe") return this.#settle(request, sent);
    const found = await submission.lookUp(institutionKey(request), signal);
    if (found.ok && found.value !== undefined) return this.#settle(request, found);
    return this.#settle(request, sent);
  }

  /** Records that it is being sent, and that its papers are its own. Why it is not sent, when they are not here. */
  #begin(request: SubmissionRequest, fingerprint: string): CodedError | undefined {
    const { store, attachments, clock } = this.#options;
    return store.atomically(() => {
      const refusal = attachments.claim(request, attachmentsOf(request.input));
      if (refusal === undefined) store.begin({ ...request, fingerprint }, clock.now());
      return refusal;
    });
  }

  /** Asks what became of a row that nobody works on, without sending anything again. */
  async #reconcile(row: SubmissionRow): Promise<GatewayAnswer> {
    const submission = this.#submission(row.operation as SubmissionName);
    if (submission?.kind !== "remote") return row.answer ?? unknownAnswer(coded("gateway.document-gone"));
    const asked = await this.#ask(submission, row);
    if (asked.kind === "absent" && row.state !== "done" && this.#isPast(row)) {
      const end = { ok: false, error: { error: coded("institution.not-received"), effect: "none" } } as const;
      this.#noteReconciled(row, "failed");
      return this.#settle(row, end);
    }
    return asked.answer;
  }

  async #ask(
    submission: Remote,
    row: SubmissionRow,
  ): Promise<{ readonly kind: "known" | "absent" | "unanswered"; readonly answer: GatewayAnswer }> {
    const found = await submission.lookUp(institutionKey(row), this.#stopping.signal);
    if (found.ok && found.value !== undefined) {
      // Its time was over when the answer was deleted: it is told again, and not kept again.
      if (row.state === "done") return { kind: "known", answer: { outcome: "ok", result: found.value } };
      this.#noteReconciled(row, "done");
      return { kind: "known", answer: this.#settle(row, found) };
    }
    const error = found.ok
      ? coded(row.state === "done" ? "gateway.document-gone" : "institution.no-answer")
      : found.error.error;
    return { kind: found.ok ? "absent" : "unanswered", answer: unknownAnswer(error) };
  }

  #settle(row: Identity & { readonly operation: string }, end: Result<unknown, CallFailure>): GatewayAnswer {
    return this.#options.store.atomically(() => this.#record(row, end));
  }

  #record(row: Identity & { readonly operation: string }, end: Result<unknown, CallFailure>): GatewayAnswer {
    const { store, attachments, clock, log } = this.#options;
    const { kiosk, key, operation } = row;
    const now = clock.now();
    if (end.ok) {
      const answer: GatewayAnswer = { outcome: "ok", result: end.value };
      attachments.destroy(row);
      store.settle(row, { state: "done", answer, folio: withFolio.safeParse(end.value).data?.folio }, now);
      return answer;
    }
    const { error, effect } = end.error;
    if (effect === "maybe") {
      const answer = unknownAnswer(error);
      store.settle(row, { state: "unknown", answer }, now);
      log("gateway.submission-unknown", { kiosk, key, operation, code: error.code });
      this.#delays = delays(RECONCILE, this.#options.random);
      this.#reconcileIn(this.#nextDelay());
      return answer;
    }
    const answer: GatewayAnswer = { outcome: "error", error };
    if (effect === "none") attachments.release(row);
    else attachments.destroy(row);
    store.settle(row, { state: "failed", answer, retryable: effect === "none" }, now);
    return answer;
  }

  #reconcileIn(milliseconds: number): void {
    this.#timer?.cancel();
    if (this.#stopping.signal.aborted) return;
    this.#timer = this.#options.clock.setTimeout(() => void this.#reconcileAll(), milliseconds);
  }

  async #reconcileAll(): Promise<void> {
    const { store } = this.#options;
    const idle = store.open().filter((row) => !this.#active.has(nameOf(row)));
    await Promise.allSettled(idle.map((row) => this.#track(row, () => this.#reconcile(row))));
    if (store.open().length > 0) this.#reconcileIn(this.#nextDelay());
  }

  #nextDelay(): number {
    return this.#delays.next().value ?? RECONCILE.cap;
  }

  #isPast(row: SubmissionRow): boolean {
    return this.#options.clock.now() - row.sentAt >= this.#options.deadlines.settle;
  }

  #submission(operation: SubmissionName): Remote | Local | undefined {
    return this.#options.operations.submissions[operation] as Remote | Local | undefined;
  }

  #noteReconciled({ kiosk, key, operation }: SubmissionRow, state: string): void {
    this.#options.log("gateway.submission-reconciled", { kiosk, key, operation, state });
  }
}

const STATE_OF = { ok: "done", error: "failed", unknown: "unknown" } as const;

/** The answer that is given again for the same key; `undefined` when there is something to do or to ask first. */
function finalAnswer(row: SubmissionRow): GatewayAnswer | undefined {
  return isFinal(row) ? row.answer : undefined;
}

function isFinal({ state, retryable }: SubmissionRow): boolean {
  return state === "done" || (state === "failed" && !retryable);
}

function unknownAnswer(
  error: GatewayAnswer extends infer A ? (A extends { error: infer E } ? E : never) : never,
): GatewayAnswer {
  return { outcome: "unknown", error };
}

function nameOf({ kiosk, key }: Identity): string {
  return `${kiosk} ${key}`;
}

/** Unique over all kiosks. */
function institutionKey({ kiosk, key }: Identity): string {
  return `${kiosk}/${key}`;
}

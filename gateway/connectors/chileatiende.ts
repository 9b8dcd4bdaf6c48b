import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { ATTENTION_QUERIES, ATTENTION_SUBMISSIONS } from "../../base/contracts/attention.ts";
import type { QueryInput, QueryResult, SubmissionInput, SubmissionResult } from "../../base/contracts/gateway.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Deadlines, InstitutionsConfig } from "../config.ts";
import { assumedInstitution } from "./assumed-institution.ts";
import type { CallFailure, SubmissionContext } from "./connector.ts";
import { refused } from "./institution-http.ts";
import type { JsonCall, JsonInstitution } from "./json-institution.ts";

export type ChileAtiendeOptions = NonNullable<NonNullable<InstitutionsConfig["chileatiende"]>["attention"]> & {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** The page on which a phone sees a turn. */
  readonly turnUrl: (folio: string) => string;
};

const taken = ATTENTION_SUBMISSIONS["attention.turn.take"].result.omit({ url: true });
const booked = ATTENTION_SUBMISSIONS["attention.appointment.book"].result.omit({ url: true });
/** The office's system may tell more of a call than a kiosk may know. */
const called = z.looseObject({ call: z.string() });

/** What a phone may see of a turn: nothing of a person. */
export const turnStateSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("queue"),
    number: z.string(),
    queue: z.string(),
    /** People before it; `null`: it was called. */
    ahead: z.number().int().nonnegative().nullable(),
    /** The number that was called last. */
    called: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal("appointment"),
    matter: z.string(),
    date: z.iso.date(),
    time: z.string(),
    place: z.string(),
  }),
]);
export type TurnState = z.infer<typeof turnStateSchema>;

type Answer<T> = Promise<Result<T, CallFailure>>;
type Found<T> = Answer<T | undefined>;

/**
 * The office that a kiosk stands in: its queues and appointments, its people, and its citizens' cases.
 *
 * **Assumed contract**: no interface of such a system is published. This adapter speaks JSON of our own design, with a key to ask by;
 * the client of a real system takes its place.
 */
export class ChileAtiende {
  readonly #options: ChileAtiendeOptions;
  readonly #institution: JsonInstitution;

  constructor(options: ChileAtiendeOptions) {
    this.#options = options;
    this.#institution = assumedInstitution(options, {
      "queue-closed": "attention.queue-closed",
      "slot-taken": "attention.slot-taken",
    });
  }

  queues(kiosk: string, signal: AbortSignal): Answer<QueryResult<"attention.queues">> {
    return this.#ask(`/v1/offices/${this.#office(kiosk)}/queues`, ATTENTION_QUERIES["attention.queues"].result, signal);
  }

  slots(
    { matter }: QueryInput<"attention.slots">,
    kiosk: string,
    signal: AbortSignal,
  ): Answer<QueryResult<"attention.slots">> {
    const path = `/v1/offices/${this.#office(kiosk)}/slots?matter=${encodeURIComponent(matter)}`;
    return this.#ask(path, ATTENTION_QUERIES["attention.slots"].result, signal);
  }

  async take(
    input: SubmissionInput<"attention.turn.take">,
    context: SubmissionContext,
  ): Answer<SubmissionResult<"attention.turn.take">> {
    return this.#withUrl(await this.#act("turns", input, context, taken));
  }

  async findTurn(key: string, signal: AbortSignal): Found<SubmissionResult<"attention.turn.take">> {
    return this.#foundUrl(await this.#find(`/v1/turns?key=${encodeURIComponent(key)}`, taken, signal));
  }

  async book(
    input: SubmissionInput<"attention.appointment.book">,
    context: SubmissionContext,
  ): Answer<SubmissionResult<"attention.appointment.book">> {
    return this.#withUrl(await this.#act("appointments", input, context, booked));
  }

  async findBooking(key: string, signal: AbortSignal): Found<SubmissionResult<"attention.appointment.book">> {
    return this.#foundUrl(await this.#find(`/v1/appointments?key=${encodeURIComponent(key)}`, booked, signal));
  }

  async callHelp(
    { service }: SubmissionInput<"attention.help.call">,
    context: SubmissionContext,
  ): Answer<SubmissionResult<"attention.help.call">> {
    const call = await this.#act("help", { kiosk: context.kiosk, service }, context, called);
    return call.ok ? ok({ call: call.value.call }) : call;
  }

  async findCall(key: string, signal: AbortSignal): Found<SubmissionResult<"attention.help.call">> {
    const call = await this.#find(`/v1/help?key=${encodeURIComponent(key)}`, called, signal);
    return call.ok ? ok(call.value === undefined ? undefined : { call: call.value.call }) : call;
  }

  help({ call }: QueryInput<"attention.help">, signal: AbortSignal): Answer<QueryResult<"attention.help">> {
    return this.#ask(`/v1/help/${encodeURIComponent(call)}`, ATTENTION_QUERIES["attention.help"].result, signal);
  }

  cases({ run }: QueryInput<"cases.list">, signal: AbortSignal): Answer<QueryResult<"cases.list">> {
    return this.#institution.call(this.#search({ run }, ATTENTION_QUERIES["cases.list"].result, signal));
  }

  async caseStatus(input: QueryInput<"cases.status">, signal: AbortSignal): Answer<QueryResult<"cases.status">> {
    const found = await this.#institution.find(this.#search(input, ATTENTION_QUERIES["cases.status"].result, signal));
    if (!found.ok) return found;
    return found.value === undefined ? err(refused(coded("cases.unknown"))) : ok(found.value);
  }

  turn(folio: string, signal: AbortSignal): Found<TurnState> {
    return this.#find(`/v1/turns/${encodeURIComponent(folio)}`, turnStateSchema, signal);
  }

  async probe(deadline: number) {
    return await this.#institution.raw({ method: "GET", path: "/v1/status", deadline, signal: undefined });
  }

  async close(): Promise<void> {
    await this.#institution.close();
  }

  #office(kiosk: string): string {
    return this.#options.offices[kiosk] ?? this.#options.office;
  }

  #ask<S extends z.ZodType>(path: string, answer: S, signal: AbortSignal): Answer<z.infer<S>> {
    return this.#institution.call(this.#question(path, answer, signal, this.#options.deadlines.chileatiende));
  }

  #find<S extends z.ZodType>(path: string, answer: S, signal: AbortSignal): Found<z.infer<S>> {
    return this.#institution.find(this.#question(path, answer, signal, this.#options.deadlines.lookUp));
  }

  /** In the body: an address is written into logs on its way, and a RUN does not belong there. */
  #search<S extends z.ZodType>(body: object, answer: S, signal: AbortSignal): JsonCall<S> {
    return { method: "POST", path: "/v1/cases", body, answer, deadline: this.#options.deadlines.chileatiende, signal };
  }

  #question<S extends z.ZodType>(path: string, answer: S, signal: AbortSignal, deadline: number): JsonCall<S> {
    return { method: "GET", path, answer, deadline, signal };
  }

  #act<S extends z.ZodType>(
    what: string,
    body: object,
    { kiosk, key, signal }: SubmissionContext,
    answer: S,
  ): Answer<z.infer<S>> {
    return this.#institution.call({
      method: "POST",
      path: `/v1/offices/${this.#office(kiosk)}/${what}`,
      body,
      headers: { "idempotency-key": key },
      answer,
      deadline: this.#options.deadlines.chileatiende,
      signal,
    });
  }

  #withUrl<T extends { readonly folio: string }>(
    end: Result<T, CallFailure>,
  ): Result<T & { url: string }, CallFailure> {
    return end.ok ? ok({ ...end.value, url: this.#options.turnUrl(end.value.folio) }) : end;
  }

  #foundUrl<T extends { readonly folio: string }>(
    end: Result<T | undefined, CallFailure>,
  ): Result<(T & { url: string }) | undefined, CallFailure> {
    return end.ok && end.value === undefined ? ok(undefined) : this.#withUrl(end as Result<T, CallFailure>);
  }
}

import { z } from "zod";
import { isoDate, isoTime, link, run } from "./values.ts";

/**
 * People and cases: the queue of an office, its appointments, a person who comes to help, and what became of a citizen's
 * procedures. The office is the kiosk's: the gateway knows where each kiosk stands.
 */

/** A name that an institution gives to something of its own; opaque. */
const name = z.string().min(1).max(60);
const count = z.number().int().nonnegative();
/** Local time of the office. */
const clockTime = z.string().regex(/^\d{2}:\d{2}$/);

/** Where a case stands, as far as a citizen must know it. */
export const CASE_STATES = ["received", "in-review", "waits-for-you", "approved", "rejected", "closed"] as const;
export type CaseState = (typeof CASE_STATES)[number];
/** Who must do the next thing. */
const CASE_ACTORS = ["citizen", "institution", "nobody"] as const;

const caseSummary = z.strictObject({
  case: name,
  /** What was asked for, in the institution's words. */
  name: z.string(),
  institution: z.string(),
  state: z.enum(CASE_STATES),
  updatedOn: isoDate,
});

const fieldName = z.string().regex(/^[a-z][a-z0-9-]{0,59}$/);
const fieldValue = z.string().max(200);

export const ATTENTION_QUERIES = {
  "attention.queues": {
    input: z.strictObject({}),
    result: z.strictObject({
      queues: z.array(
        z.strictObject({
          queue: name,
          name: z.string(),
          /** People before the citizen. */
          waiting: count,
          /** Estimated; `null` when nobody can say. */
          minutes: count.nullable(),
          /** Whether it lets people go first who need it. */
          preferential: z.boolean(),
        }),
      ),
    }),
  },
  "attention.slots": {
    input: z.strictObject({ matter: name }),
    result: z.strictObject({
      slots: z.array(z.strictObject({ slot: name, date: isoDate, time: clockTime, place: z.string() })),
    }),
  },
  /** What became of a call for a person. */
  "attention.help": {
    input: z.strictObject({ call: name }),
    result: z.strictObject({ state: z.enum(["waiting", "coming", "closed"]) }),
  },
  /** The citizen's procedures, newest first. */
  "cases.list": {
    input: z.strictObject({ run }),
    result: z.strictObject({ cases: z.array(caseSummary) }),
  },
  "cases.status": {
    input: z.strictObject({ run, case: name }),
    result: caseSummary.extend({
      openedOn: isoDate,
      /** What happened and what is still to come, oldest first. */
      steps: z.array(
        z.strictObject({
          label: z.string(),
          /** `null`: it has not happened yet. */
          date: isoDate.nullable(),
          state: z.enum(["done", "current", "pending"]),
        }),
      ),
      /** Who must act now, and what, in the institution's words; empty when there is nothing to say. */
      actor: z.enum(CASE_ACTORS),
      next: z.string(),
    }),
  },
} as const;

export const ATTENTION_SUBMISSIONS = {
  "attention.turn.take": {
    input: z.strictObject({
      queue: name,
      /** The citizen says that they need to go first (age, disability, pregnancy); not why. */
      preferential: z.boolean(),
      run: run.optional(),
    }),
    result: z.strictObject({
      /** Short code by which the turn is found again; tells nothing about the person. */
      folio: z.string(),
      /** What is called out, e.g. `B-042`. */
      number: z.string(),
      queue: z.string(),
      ahead: count,
      minutes: count.nullable(),
      takenAt: isoTime,
      /** A page for the phone, without personal data. */
      url: z.url(),
    }),
  },
  "attention.appointment.book": {
    input: z.strictObject({ slot: name, matter: name, run }),
    result: z.strictObject({
      folio: z.string(),
      matter: z.string(),
      date: isoDate,
      time: clockTime,
      place: z.string(),
      url: z.url(),
    }),
  },
  /** Calls a person of the office to the kiosk. */
  "attention.help.call": {
    input: z.strictObject({ service: z.string() }),
    result: z.strictObject({ call: name }),
  },
  /** A link by which a phone shows where a case stands. */
  "cases.copy": { input: z.strictObject({ run, case: name }), result: link },
  /** The citizen goes on with the procedure on a phone: the gateway keeps what was entered, sealed, until the link is used. */
  "hand-off.to-phone": {
    input: z.strictObject({
      service: z.string(),
      /** What the phone's page is called. */
      title: z.string().max(100),
      fields: z.array(z.strictObject({ name: fieldName, label: z.string().max(100), value: fieldValue })).max(30),
    }),
    result: link,
  },
  /** What the citizen entered elsewhere, given once to whoever has its code. */
  "hand-off.claim": {
    input: z.strictObject({ service: z.string(), code: z.string().max(40) }),
    result: z.strictObject({ fields: z.record(fieldName, fieldValue) }),
  },
} as const;

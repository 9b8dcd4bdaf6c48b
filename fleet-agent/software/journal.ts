import { z } from "zod";
import { type DesiredTarget, desiredTargetSchema } from "../../base/contracts/fleet/desired.ts";
import { instantSchema, serviceIdSchema, sha256Schema, versionSchema } from "../../base/contracts/fleet/names.ts";
import { updateReportSchema } from "../../base/contracts/fleet/report.ts";
import { KIOSK_MODES } from "../../base/contracts/runtime-control.ts";
import type { AgentStore } from "../store/interface.ts";

/** `release`, or a service id. */
export type Subject = string;
export const RELEASE: Subject = "release";

/** What the kiosk shall run, out of the desired state. */
const goalSchema = z.strictObject({
  release: desiredTargetSchema.optional(),
  services: z.record(serviceIdSchema, desiredTargetSchema),
});
export type Goal = z.infer<typeof goalSchema>;

/** One try to reach a target, while it is under way. */
const workSchema = z.strictObject({
  target: desiredTargetSchema,
  startedAt: instantSchema,
  bytes: z.number().int().nonnegative(),
  /** The verified download. */
  file: z.string().optional(),
  needsRelease: versionSchema.optional(),
  /** When the guard was asked to switch: from then on its state tells how it goes. */
  switchedAt: instantSchema.optional(),
  /** When the new release was first seen in good order. */
  litAt: instantSchema.optional(),
  /** Starts of the runtime that the trial has seen. */
  boots: z.array(z.string()),
});
export type Work = z.infer<typeof workSchema>;

const doneSchema = z.strictObject({
  sha256: sha256Schema,
  attempt: z.number().int().positive(),
  path: z.string(),
  result: updateReportSchema.shape.result,
  code: z.string().optional(),
  message: z.string().optional(),
});
export type Done = z.infer<typeof doneSchema>;

const packageSchema = z.strictObject({ version: versionSchema, sha256: sha256Schema, directory: z.string() });
/** A service package that the runtime has taken. */
export type Package = z.infer<typeof packageSchema>;

const heldSchema = z.strictObject({
  /** The mode to go back to; null when the runtime did not answer. */
  mode: z.enum(KIOSK_MODES).nullable(),
  restored: z.boolean(),
  shells: z.number().int(),
  /** By device: whether it was connected, and whether it could serve. */
  devices: z.record(z.string(), z.strictObject({ connected: z.boolean(), able: z.boolean() })),
});
/** What the kiosk was like before an update touched it. */
export type Held = z.infer<typeof heldSchema>;

const journalSchema = z.strictObject({
  goal: goalSchema.nullable(),
  work: z.record(z.string(), workSchema),
  /** Tries that ended, by subject, the last one first: none of them is made again. */
  done: z.record(z.string(), z.array(doneSchema)),
  packages: z.record(serviceIdSchema, packageSchema),
  held: heldSchema.nullable(),
  metadataExpires: instantSchema.optional(),
});
/** Everything that a restarted agent needs beside what guard, files and runtime show. */
export type Journal = z.infer<typeof journalSchema>;

export const EMPTY_JOURNAL: Journal = { goal: null, work: {}, done: {}, packages: {}, held: null };
const NAME = "software";

/** The journal in the agent's store. One that cannot be read is begun anew: facts and the server fill it again. */
export function createJournal(store: AgentStore) {
  const parsed = journalSchema.safeParse(store.values.get(NAME));
  let journal: Journal = parsed.success ? parsed.data : EMPTY_JOURNAL;
  return {
    get value(): Journal {
      return journal;
    },
    /** Durable when it returns; `beside` is written in the same transaction. */
    change(change: (journal: Journal) => Journal, beside: () => void = () => {}): void {
      const next = change(journal);
      store.transaction(() => {
        store.values.set(NAME, next);
        beside();
      });
      journal = next;
    },
  };
}
export type JournalFile = ReturnType<typeof createJournal>;

export function sameTarget(a: DesiredTarget, b: DesiredTarget): boolean {
  return a.path === b.path && a.sha256 === b.sha256 && a.attempt === b.attempt;
}

/** How this very try of the target ended; `undefined` when it has not. */
export function outcomeOf(journal: Journal, subject: Subject, target: DesiredTarget): Done | undefined {
  return journal.done[subject]?.find(
    ({ path, sha256, attempt }) => path === target.path && sha256 === target.sha256 && attempt === target.attempt,
  );
}

/** Whether this very try has failed: it is not made again. */
export function hasFailed(journal: Journal, subject: Subject, target: DesiredTarget): boolean {
  return (outcomeOf(journal, subject, target)?.result ?? "installed") !== "installed";
}

/** Ends of tries that are remembered, for each subject. */
const REMEMBERED = 20;

/** The journal after a try has ended. */
export function ended(
  journal: Journal,
  subject: Subject,
  target: DesiredTarget,
  end: Pick<Done, "result" | "code" | "message">,
): Journal {
  const { path, sha256, attempt } = target;
  const earlier = (journal.done[subject] ?? []).filter((each) => each !== outcomeOf(journal, subject, target));
  return {
    ...journal,
    done: { ...journal.done, [subject]: [{ path, sha256, attempt, ...end }, ...earlier].slice(0, REMEMBERED) },
    work: without(journal.work, subject),
    held: subject === RELEASE && journal.held?.restored === true ? null : journal.held,
  };
}

export function without<T>(record: Readonly<Record<string, T>>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}

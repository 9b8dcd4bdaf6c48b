import type { SimpleTask } from "./export.ts";
import type { Question } from "./fields.ts";
import type { Note } from "./note.ts";

/** A step as it is written, with the texts that it needs. `next` is filled in when all steps are known. */
export type Page = {
  readonly step: { id: string; kind: string; next?: string; [field: string]: unknown };
  readonly texts: { readonly [name: string]: unknown };
};

/** What a kiosk makes of the citizen's part of a process. */
export type Journey = {
  readonly pages: readonly Page[];
  readonly questions: readonly Question[];
  /** What SIMPLE gets, by its own names. */
  readonly data: { readonly [name: string]: string };
  readonly codes: { readonly [name: string]: { readonly [option: string]: string } };
  readonly task: SimpleTask;
  /** The forms that the citizen fills in, and how often at most. */
  readonly forms: { readonly [form: string]: number };
  readonly identified: boolean;
  readonly notes: readonly Note[];
};

/** The names of the steps that every imported service has besides its questions. */
export const OWN_STEPS = ["inicio", "identificar", "consentir", "revisar", "enviar", "encuesta", "fin"] as const;

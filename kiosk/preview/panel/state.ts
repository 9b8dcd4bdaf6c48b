import type { Language } from "../../../base/told.ts";

/** What the preview's server tells its panel (server-sent events of `/api/state`), and what it takes (`POST /api/<command>`, JSON). */
export type PreviewState = {
  /** Grows with every change: a command names the state that it answers. */
  readonly serial: number;
  /** Of the panel, and of all that is said in it. */
  readonly language: Language;
  readonly service: string;
  /** Folder of the definition. */
  readonly folder: string;
  /** What is wrong with the files, or not proved of them. */
  readonly problems: readonly Problem[];
  /** Whether what is shown is an earlier state of the files, because the present one cannot be read. */
  readonly stale: boolean;
  readonly proved: string;
  readonly steps: readonly StepOfService[];
  /** Where the screen is; absent: in no journey. */
  readonly here?: { readonly step: string; readonly state: string };
  /** What devices, institutions and time may do now. */
  readonly may: readonly { readonly move: number; readonly words: string; readonly kind: MoveKind }[];
  readonly person: string;
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly locale: string;
  readonly locales: readonly string[];
  /** What the last command came to, where that is not what was asked. */
  readonly note: string;
};

export type MoveKind = "good" | "bad" | "doubt" | "silence" | "leaving";

export type Problem = {
  readonly file: string;
  readonly line: number;
  /** The place in words; of a part also where it is used. */
  readonly where: string;
  readonly problem: string;
  readonly remedy: string;
  readonly rule: string;
  readonly way: readonly string[];
  /** The state in which the fault shows, to be jumped to. */
  readonly place?: number;
};

export type StepOfService = {
  readonly id: string;
  readonly kind: string;
  readonly states: readonly {
    readonly place: number;
    readonly name: string;
    /** Title of the page, in Spanish. */
    readonly title: string;
    /** The last thing that happens on the shortest way. */
    readonly by: string;
  }[];
};

export type Command =
  | { readonly command: "do"; readonly serial: number; readonly move: number }
  | { readonly command: "jump"; readonly serial: number; readonly place: number }
  | { readonly command: "again" }
  | { readonly command: "person"; readonly id: string }
  | { readonly command: "locale"; readonly id: string };

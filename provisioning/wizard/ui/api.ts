import { signal } from "@preact/signals";
import {
  WIZARD_HEADER,
  type WizardAct,
  type WizardAnswer,
  type WizardInput,
  type WizardState,
  wizardAnswerSchema,
  wizardStateSchema,
} from "../../../base/contracts/wizard.ts";

/** What the wizard's server says; null until it has said anything. */
export const state = signal<WizardState | null>(null);
/** An act is under way: another one waits until it is done. */
export const busy = signal(false);
/** Answer to the last act, until the next one or the next step. */
export const answer = signal<WizardAnswer | null>(null);
/** The server does not answer. */
export const away = signal(false);

const LOOK_EVERY = 700;

/** Keeps `state` up to date for as long as the page lives. */
export function follow(): void {
  void look().then(() => window.setTimeout(follow, LOOK_EVERY));
}

async function look(): Promise<void> {
  try {
    const response = await fetch("/api/state");
    const text = await response.text();
    const next = wizardStateSchema.parse(JSON.parse(text));
    away.value = false;
    // The same again draws nothing anew.
    if (JSON.stringify(next) !== JSON.stringify(state.value)) state.value = next;
  } catch {
    away.value = true;
  }
}

/** Does one thing. @returns whether it went well; the answer's words are in `answer`. */
export async function act<A extends WizardAct>(name: A, input: WizardInput<A>): Promise<boolean> {
  if (busy.value) return false;
  busy.value = true;
  answer.value = null;
  try {
    const response = await fetch(`/api/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", [WIZARD_HEADER]: "1" },
      body: JSON.stringify(input),
    });
    const parsed = wizardAnswerSchema.parse(await response.json());
    answer.value = parsed;
    await look();
    return parsed.ok;
  } catch {
    away.value = true;
    return false;
  } finally {
    busy.value = false;
  }
}

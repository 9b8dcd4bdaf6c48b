import { computed, signal } from "@preact/signals";
import type { StaffSession } from "../../api/contract/access.ts";
import type { Operation } from "../../api/contract/operations.ts";

/** Who is signed in; `null` nobody, `undefined` not known yet. */
export const session = signal<StaffSession | null | undefined>(undefined);

/** The server ended the session while the page was in use: a dialog asks for the password again, and no form is lost. */
export const lapsed = signal(false);

const allowed = computed(() => new Set(session.value?.operations));

/** Whether the server would carry this out for who is signed in: what it would refuse is not shown. */
export function can(operation: Operation): boolean {
  return allowed.value.has(operation);
}

export function csrf(): string {
  return session.peek()?.csrf ?? "";
}

export function sessionEnded(): void {
  if (session.peek()) lapsed.value = true;
  else session.value = null;
}

export function signedIn(value: StaffSession): void {
  session.value = value;
  lapsed.value = false;
}

export function signedOut(): void {
  session.value = null;
  lapsed.value = false;
}

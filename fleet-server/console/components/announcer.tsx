import { signal } from "@preact/signals";

const words = signal("");

/** Has screen readers say `text` when they are done with what they say. */
export function announce(text: string): void {
  words.value = text;
}

export function Announcer() {
  return (
    <div class="unseen" role="status" aria-live="polite">
      {words.value}
    </div>
  );
}

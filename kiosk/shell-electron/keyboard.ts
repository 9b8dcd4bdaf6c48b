import type { Input } from "electron";

/** Keys by name that a citizen may need: moving through a page, writing and correcting. */
const ACCEPTED = new Set([
  "Tab",
  "Enter",
  "Escape",
  "Backspace",
  "Delete",
  "Home",
  "End",
  "PageUp",
  "PageDown",
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
  "Shift",
  "CapsLock",
  "Dead",
]);

/**
 * Whether a key press reaches the page. A closed list: single characters and the keys above, without Control, Alt and
 * Meta. F-keys, browser and media keys, print screen, the menu key and every shortcut are none of a citizen's business.
 */
export function keyAccepted(input: Pick<Input, "key" | "control" | "alt" | "meta">): boolean {
  if (input.control || input.alt || input.meta) return false;
  return [...input.key].length === 1 || ACCEPTED.has(input.key);
}

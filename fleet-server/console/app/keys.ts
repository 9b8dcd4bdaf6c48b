import { can, session } from "../api/session.ts";
import { shortcuts } from "./preferences.ts";
import { location, navigate } from "./router.ts";

const PLACES: Readonly<Record<string, string>> = { n: "/", k: "/kiosks", v: "/releases", a: "/enrolment" };

/** `/` searches, `g` and a letter goes to a page; never while somebody types, and never when they are switched off. */
export function startKeys(): void {
  let leading = false;
  document.addEventListener("keydown", (event) => {
    if (shortcuts.value === "off" || !session.value || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const place = leading ? PLACES[event.key] : undefined;
    leading = event.key === "g";
    if (place !== undefined && (place !== "/enrolment" || can("enrolments"))) {
      event.preventDefault();
      navigate(place);
    } else if (event.key === "/") {
      event.preventDefault();
      focusSearch();
    }
  });
}

export const SEARCH_FIELD = "search";

function focusSearch(): void {
  const field = () => document.getElementById(SEARCH_FIELD);
  if (location.value.path === "/kiosks") {
    field()?.focus();
    return;
  }
  navigate("/kiosks");
  // After the page was drawn, and its heading took the focus.
  requestAnimationFrame(() => requestAnimationFrame(() => field()?.focus()));
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, select, textarea, [contenteditable]") !== null;
}

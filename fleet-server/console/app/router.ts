import { computed, signal } from "@preact/signals";

export type Location = { readonly path: string; readonly query: URLSearchParams };

const here = () => ({ path: window.location.pathname, query: new URLSearchParams(window.location.search) });

/** Where the console is, as the address bar says; the server answers every such path with the same page. */
export const location = signal<Location>(here());

/** `?wall`: for a screen on a wall that nobody touches. */
export const wall = computed(() => location.value.query.has("wall"));

/** Counts moves to another page, not changes of a filter: the focus goes to the heading on each. */
export const moves = signal(0);

export function navigate(address: string, options: { readonly replace?: boolean } = {}): void {
  const before = location.value.path;
  window.history[options.replace ? "replaceState" : "pushState"](null, "", address);
  location.value = here();
  if (location.value.path === before) return;
  window.scrollTo(0, 0);
  moves.value += 1;
}

/** Changes some of the query's fields, and keeps the others; an empty value takes a field away. */
export function changeQuery(changes: Readonly<Record<string, string>>, options: { readonly replace?: boolean } = {}) {
  const query = new URLSearchParams(location.value.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  navigate(`${location.value.path}${text === "" ? "" : `?${text}`}`, options);
}

/** Follows the console's own links without loading the page again; everything else is left to the browser. */
export function startRouter(): void {
  window.addEventListener("popstate", () => {
    const before = location.value.path;
    location.value = here();
    if (location.value.path !== before) moves.value += 1;
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const address = link?.getAttribute("href");
    if (!link || !address?.startsWith("/") || address.startsWith("/api/") || link.target !== "" || link.download)
      return;
    event.preventDefault();
    navigate(address);
  });
}

export type Route =
  | { readonly page: "now" | "kiosks" | "enrolment" | "releases" | "new-rollout" | "staff" | "audit" | "unknown" }
  | { readonly page: "kiosk" | "rollout"; readonly id: string };

const PAGES = {
  "": "now",
  kiosks: "kiosks",
  enrolment: "enrolment",
  releases: "releases",
  staff: "staff",
  audit: "audit",
} as const;

/** What a path asks for. */
export function routeOf(path: string): Route {
  const [first = "", id, ...rest] = path.split("/").slice(1);
  if (rest.length > 0) return { page: "unknown" };
  if (id !== undefined && id !== "") {
    if (first === "kiosks") return { page: "kiosk", id: decode(id) };
    if (first === "rollouts") return id === "new" ? { page: "new-rollout" } : { page: "rollout", id: decode(id) };
    return { page: "unknown" };
  }
  return { page: first in PAGES ? PAGES[first as keyof typeof PAGES] : "unknown" };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

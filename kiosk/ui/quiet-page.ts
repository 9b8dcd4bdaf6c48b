/**
 * Takes the browser's own gestures away: menus, drags, selections and zooms would leave a public screen in a state nobody meant, and the
 * clipboard would carry one citizen's words to the next.
 */
export function quietPage(page: Document): void {
  const stop = (event: Event) => event.preventDefault();
  for (const type of [
    "contextmenu",
    "dragstart",
    "selectstart",
    "gesturestart",
    "drop",
    "dragover",
    "copy",
    "cut",
    "paste",
  ])
    page.addEventListener(type, stop);
  page.addEventListener("wheel", (event) => (event.ctrlKey ? event.preventDefault() : undefined), { passive: false });
}

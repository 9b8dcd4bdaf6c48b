/**
 * Runs inside the page: everything that is wrong with the layout, as sentences. Sizes in millimetres of the real screen.
 * It must be self-contained, because it travels to the browser as text.
 */
export function measureLayout(limits: { readonly millimetres: number; readonly portrait: boolean }): string[] {
  const faults: string[] = [];
  const mm = window.innerWidth / limits.millimetres;
  const name = (element: Element) =>
    `${element.getAttribute("class") ?? element.tagName} "${(element.textContent ?? "").slice(0, 30)}"`;
  const visible = (element: Element) =>
    element.closest("[inert]") === null && element.checkVisibility({ visibilityProperty: true });

  const targets = [...document.querySelectorAll("button, input")].filter(visible);
  const boxes = targets.map((target) => target.getBoundingClientRect());
  targets.forEach((target, place) => {
    const box = boxes[place];
    if (box === undefined) return;
    const size = Math.min(box.width, box.height) / mm;
    if (size < 20) faults.push(`${name(target)} is ${size.toFixed(1)} mm`);
    if (limits.portrait && !target.closest(".attract") && box.top < window.innerHeight / 3)
      faults.push(`${name(target)} is in the upper third`);
    boxes.slice(0, place).forEach((other, index) => {
      if (targets[index]?.closest(".attract")) return;
      const gap = Math.hypot(
        Math.max(0, box.left - other.right, other.left - box.right),
        Math.max(0, box.top - other.bottom, other.top - box.bottom),
      );
      if (gap / mm < 3)
        faults.push(`${name(target)} is ${(gap / mm).toFixed(1)} mm from ${name(targets[index] ?? target)}`);
    });
  });

  for (const element of document.querySelectorAll("#kiosk *")) {
    if (!visible(element) || element.closest("svg, [aria-hidden]")) continue;
    const style = getComputedStyle(element);
    const ownText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    if (box.left < -1 || box.top < -1 || box.right > window.innerWidth + 1 || box.bottom > window.innerHeight + 1)
      faults.push(`${name(element)} leaves the screen`);
    if (
      !(element instanceof HTMLInputElement) &&
      element.scrollWidth > element.clientWidth + 1 &&
      element.clientWidth > 0
    )
      faults.push(`${name(element)} is ${element.scrollWidth - element.clientWidth} px too wide`);
    // Glyphs of tight lines rise over their line box; a box that holds only boxes has no such excuse.
    const slack =
      ownText || element.firstElementChild?.matches("span, p, strong") ? 0.35 * Number.parseFloat(style.fontSize) : 2;
    if (element.clientHeight > 0 && style.display !== "inline" && element.scrollHeight > element.clientHeight + slack)
      faults.push(`${name(element)} is ${element.scrollHeight - element.clientHeight} px too high`);
    if (ownText) {
      // Capitals of Roboto and Roboto Slab are 0.711 em high.
      const capitals = (Number.parseFloat(style.fontSize) * 0.711) / mm;
      if (capitals < 4.8) faults.push(`${name(element)} has capitals of ${capitals.toFixed(1)} mm`);
    }
  }
  for (const picture of document.querySelectorAll(".picture, .qr")) {
    if (!visible(picture)) continue;
    const box = picture.getBoundingClientRect();
    if (Math.min(box.width, box.height) / mm < 25)
      faults.push(`${name(picture)} is ${Math.round(Math.min(box.width, box.height) / mm)} mm small`);
    if (box.bottom > window.innerHeight) faults.push("picture leaves the screen");
  }
  if (
    document.documentElement.scrollHeight > window.innerHeight ||
    document.documentElement.scrollWidth > window.innerWidth
  )
    faults.push("the page scrolls");
  return faults;
}

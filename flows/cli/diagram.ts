import { PROOFS, proofOf } from "../checker/proof.ts";
import type { Verdict } from "../checker/prove.ts";
import { forwardFrom, nextOf } from "../compiler/graph.ts";
import type { Step } from "../steps/library.ts";

/** Pixels. */
const BOX = { width: 230, height: 64, gap: 46, column: 60, margin: 30 } as const;

type Placed = { readonly step: Step; readonly x: number; readonly y: number };

/**
 * The flow of a service as SVG: a box for each step, an arrow for each way on, and in each box how many states of it were walked
 * through and what was refused there.
 */
export function diagram({ service, statesOf, refusals, states, events }: Verdict): string {
  const { steps } = service.definition;
  const placed = layout(steps);
  const at = new Map(placed.map((one) => [one.step.id, one]));
  const width = Math.max(...placed.map(({ x }) => x)) + BOX.width + 2 * BOX.margin;
  const height = Math.max(...placed.map(({ y }) => y)) + BOX.height + 2 * BOX.margin + 30;
  const arrows = steps.flatMap((step) => {
    const next = nextOf(steps, step);
    return [...new Set(forwardFrom(steps, step))].flatMap((target) => {
      const [from, to] = [at.get(step.id), at.get(target)];
      return from === undefined || to === undefined ? [] : [arrow(from, to, target !== next)];
    });
  });
  const places = refusals.map(({ path }) => `${path}.`);
  const boxes = placed.map((one, index) => {
    const refused = places.some((place) => place.startsWith(`steps.${index}.`));
    return box(one, statesOf.get(one.step.id) ?? 0, refused);
  });
  const refused = new Set(refusals.map(({ rule }) => proofOf(rule)));
  const proofs = PROOFS.map((proof) => `${proof}: ${refused.has(proof) ? "REFUSED" : "proved"}`).join("   ");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="14">`,
    `<title>${escaped(service.id)}</title>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#333"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...arrows,
    ...boxes,
    `<text x="${BOX.margin}" y="${height - 32}" fill="#111">${escaped(`${service.id}: ${states} states, ${events} events`)}</text>`,
    `<text x="${BOX.margin}" y="${height - 12}" fill="#111">${proofs}</text>`,
    "</svg>\n",
  ].join("\n");
}

/** Each step below all that lead to it; steps of one depth beside each other, in the order of the definition. */
function layout(steps: readonly Step[]): Placed[] {
  const depth = new Map<string, number>();
  for (const step of steps) depth.set(step.id, 0);
  for (let changed = true, rounds = 0; changed && rounds <= steps.length; rounds++) {
    changed = false;
    for (const step of steps)
      for (const target of forwardFrom(steps, step)) {
        const below = (depth.get(step.id) ?? 0) + 1;
        if ((depth.get(target) ?? 0) >= below) continue;
        depth.set(target, below);
        changed = true;
      }
  }
  const taken = new Map<number, number>();
  return steps.map((step) => {
    const row = depth.get(step.id) ?? 0;
    const column = taken.get(row) ?? 0;
    taken.set(row, column + 1);
    return {
      step,
      x: BOX.margin + column * (BOX.width + BOX.column),
      y: BOX.margin + row * (BOX.height + BOX.gap),
    };
  });
}

function box({ step, x, y }: Placed, states: number, refused: boolean): string {
  const [fill, stroke] = refused
    ? ["#fde8e8", "#b00020"]
    : states === 0 && step.kind !== "decide"
      ? ["#f3f3f3", "#777"]
      : ["#e8f1fb", "#0a4b8f"];
  const walked = step.kind === "decide" ? "decides" : step.kind === "finish" ? "last page" : `${states} states walked`;
  return [
    `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="8" fill="${fill}" stroke="${stroke}" stroke-width="2"/>`,
    `<text x="${x + 12}" y="${y + 26}" font-weight="bold" fill="#111">${escaped(step.id)}</text>`,
    `<text x="${x + 12}" y="${y + 48}" fill="#333">${escaped(`${step.kind} · ${walked}${refused ? " · refused" : ""}`)}</text>`,
  ].join("\n");
}

function arrow(from: Placed, to: Placed, aside: boolean): string {
  const [x1, y1] = [from.x + BOX.width / 2, from.y + BOX.height];
  const [x2, y2] = [to.x + BOX.width / 2, to.y];
  const middle = (y1 + y2) / 2;
  const dashes = aside ? ' stroke-dasharray="6 4"' : "";
  return `<path d="M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}" fill="none" stroke="#333" stroke-width="1.5"${dashes} marker-end="url(#tip)"/>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

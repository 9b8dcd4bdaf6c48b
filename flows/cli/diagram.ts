import { PROOFS, proofOf } from "../checker/proof.ts";
import type { Verdict } from "../checker/prove.ts";
import { forwardFrom, nextOf } from "../compiler/graph.ts";
import type { Json } from "../engine/ports.ts";
import type { Step } from "../steps/library.ts";

/** Pixels. */
const BOX = { width: 240, height: 66, gap: 58, column: 96, margin: 30 } as const;
/** Lines below the steps. */
const LINE = 22;
const LONGEST_LABEL = 44;
const LABEL = 14;
/** Widest that the font's letters come to, one by one. */
const CHARACTER = 7.4;

type Placed = { readonly step: Step; readonly x: number; readonly y: number };

/** Why an arrow is taken, and how many labels of its target stand below. */
type Label = { readonly why: string; readonly above: number };

/** What was found out about a step. */
type Mark = { readonly states: number; readonly refused: readonly string[] };

/**
 * The flow of a service as SVG: a box for each step, an arrow for each way on with its condition, and in each box how many states of
 * it were walked through and which proofs do not hold there. Signs and strokes say what colours say.
 */
export function diagram(verdict: Verdict): string {
  const { service, statesOf, refusals, states, events } = verdict;
  const { steps } = service.definition;
  const placed = layout(steps);
  const at = new Map(placed.map((one) => [one.step.id, one]));
  const marks = steps.map(({ id }): Mark => {
    const here = refusals.filter(({ step }) => step === id);
    return { states: statesOf.get(id) ?? 0, refused: [...new Set(here.map(({ rule }) => proofOf(rule)))] };
  });
  const notes = notesOn(verdict);
  const widest = Math.ceil(Math.max(...notes.map((note) => note.length)) * CHARACTER);
  const width = Math.max(...placed.map(({ x }) => x + BOX.width + BOX.column), widest) + 2 * BOX.margin;
  const below = Math.max(...placed.map(({ y }) => y)) + BOX.height + BOX.margin;
  const height = below + (notes.length + 1) * LINE;
  const labels = new Map<string, number>();
  const arrows = steps.flatMap((step) => {
    const next = nextOf(steps, step);
    return [...new Set(forwardFrom(steps, step))].flatMap((target) => {
      const [from, to] = [at.get(step.id), at.get(target)];
      if (from === undefined || to === undefined) return [];
      const why = whyTo(step, target);
      const above = labels.get(target) ?? 0;
      if (why !== "") labels.set(target, above + 1);
      return [arrow(from, to, target !== next, { why, above })];
    });
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="14" role="img">`,
    `<title>${escaped(service.id)}</title>`,
    `<desc>${escaped([`${states} states, ${events} events`, ...notes].join(". "))}</desc>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#333"/></marker>',
    '<pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" fill="#fff"/><path d="M0 0V8" stroke="#f2b8be" stroke-width="5"/></pattern></defs>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...arrows,
    ...placed.map((one, index) => box(one, marks[index] ?? { states: 0, refused: [] })),
    ...notes.map(
      (note, index) => `<text x="${BOX.margin}" y="${below + (index + 1) * LINE}" fill="#111">${escaped(note)}</text>`,
    ),
    "</svg>\n",
  ].join("\n");
}

/** What stands below the picture. */
function notesOn({ service, statesOf, refusals, states, events }: Verdict): string[] {
  const refused = new Set(refusals.map(({ rule }) => proofOf(rule)));
  const own = new Set(service.definition.steps.map(({ id }) => id));
  const others = [...statesOf].filter(([name]) => !own.has(name)).map(([name, count]) => `${name} ${count}`);
  return [
    `${service.id}: ${states} states, ${events} events`,
    ...[PROOFS.slice(0, 4), PROOFS.slice(4)].map((part) =>
      part.map((proof) => (refused.has(proof) ? `✕ ${proof} REFUSED` : `✓ ${proof} proved`)).join(" · "),
    ),
    ...(others.length === 0 ? [] : [`States that every service has: ${others.join(", ")}`]),
    "✓ proved (whole line) · ✕ refused (thick line, hatched) · ○ never reached (broken line)",
  ];
}

/** The condition by which a step leads to `target` and not to the step that follows. */
function whyTo(step: Step, target: string): string {
  if (step.kind === "decide")
    return step.cases.flatMap((one) => (one.go === target ? [one.if.source] : [])).join(" or ");
  if (step.kind !== "look-up") return "";
  const ways = step.when.flatMap(({ path, is, go }) =>
    go === target ? [`${path} is ${[is].flat().map(inWords).join(", ")}`] : [],
  );
  return ways.join(" or ");
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

function box({ step, x, y }: Placed, { states, refused }: Mark): string {
  const [sign, fill, stroke, line] =
    refused.length > 0
      ? ["✕", "url(#hatch)", "#b00020", 'stroke-width="4"']
      : states === 0 && step.kind !== "decide"
        ? ["○", "#f3f3f3", "#777", 'stroke-width="2" stroke-dasharray="5 4"']
        : ["✓", "#e8f1fb", "#0a4b8f", 'stroke-width="2"'];
  const walked = step.kind === "decide" ? "no page" : states === 1 ? "1 state" : `${states} states`;
  return [
    `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="8" fill="${fill}" stroke="${stroke}" ${line}/>`,
    `<text x="${x + 12}" y="${y + 27}" font-weight="bold" fill="#111">${escaped(step.id)}</text>`,
    `<text x="${x + BOX.width - 26}" y="${y + 27}" font-weight="bold" fill="${stroke}">${sign}</text>`,
    `<text x="${x + 12}" y="${y + 50}" fill="#111">${escaped([step.kind, walked, ...refused.map((proof) => `${proof} refused`)].join(" · "))}</text>`,
  ].join("\n");
}

/** Straight down to the row below; on the right past the rows between. */
function arrow(from: Placed, to: Placed, aside: boolean, { why, above }: Label): string {
  const dashes = aside ? ' stroke-dasharray="6 4"' : "";
  const label =
    why === ""
      ? ""
      : `<text x="${to.x + BOX.width / 2 + 10}" y="${to.y - 8 - above * LABEL}" font-size="12" fill="#333" stroke="#fff" stroke-width="3" paint-order="stroke">${escaped(shortened(`if ${why}`))}</text>`;
  return `<path d="${wayOf(from, to)}" fill="none" stroke="#333" stroke-width="1.5"${dashes} marker-end="url(#tip)"/>${label}`;
}

function wayOf(from: Placed, to: Placed): string {
  const right = from.x + BOX.width;
  const side = from.y + BOX.height / 2;
  const [x, y] = [to.x + BOX.width / 2, to.y];
  if (to.y - from.y > BOX.height + BOX.gap) {
    if (to.x !== from.x) return `M${right} ${side}C${x} ${side} ${x} ${side} ${x} ${y}`;
    const bulge = right + BOX.column * 0.6;
    const [end, target] = [to.x + BOX.width, to.y + BOX.height / 2];
    return `M${right} ${side}C${bulge} ${side} ${bulge} ${target} ${end} ${target}`;
  }
  const [x1, y1] = [from.x + BOX.width / 2, from.y + BOX.height];
  const middle = (y1 + y) / 2;
  return `M${x1} ${y1}C${x1} ${middle} ${x} ${middle} ${x} ${y}`;
}

function inWords(value: Json): string {
  return value === null ? "nothing" : String(value);
}

function shortened(text: string): string {
  return text.length <= LONGEST_LABEL ? text : `${text.slice(0, LONGEST_LABEL - 1)}…`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

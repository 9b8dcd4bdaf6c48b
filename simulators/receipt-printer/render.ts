import { createRequire } from "node:module";
import type { SKRSContext2D } from "@napi-rs/canvas";
import { CELL, type PaperElement, type PrintedTicket } from "./typesetter.ts";

/** Pixels of the picture for one dot of the head. */
const SCALE = 2;
/** Paper beside and above the printable area, dots: 80 mm paper, 72 mm print. */
const MARGIN = { side: 32, top: 40, bottom: 40 };
const PAPER = "#fbfaf5";
const INK = "#1d1b20";
/** Letter height that makes Roboto's digits (0.56 em) just fill a cell. */
const FONT_SIZE = 21;
const BASELINE = 19;
/** A glyph may fill this much of its cell; wider ones are made narrower, as a fixed-width face draws its M. */
const GLYPH_WIDTH = 11.4;
const WIDEST_STRETCH = 1.12;
/** A letter made this narrow has strokes that look thin beside its neighbours; it is drawn from a heavier weight. */
const THINNED_BELOW = 0.85;
const WEIGHT = { normal: 500, thinned: 700, bold: 900 } as const;

type Canvas = typeof import("@napi-rs/canvas");
let loaded: Promise<Canvas> | undefined;

/** Loaded at the first picture, so that a simulator that draws none needs no canvas. */
function loadCanvas(): Promise<Canvas> {
  loaded ??= import("@napi-rs/canvas").then((canvas) => {
    const require = createRequire(import.meta.url);
    for (const weight of Object.values(WEIGHT))
      for (const subset of ["latin", "latin-ext"])
        canvas.GlobalFonts.registerFromPath(
          require.resolve(`@fontsource/roboto/files/roboto-${subset}-${weight}-normal.woff2`),
          `Ticket ${weight} ${subset}`,
        );
    return canvas;
  });
  return loaded;
}

/** Draws a ticket as it lies on the counter, PNG, two pixels a dot. */
export async function renderTicket(ticket: PrintedTicket): Promise<Uint8Array> {
  const { createCanvas } = await loadCanvas();
  const width = (ticket.width + 2 * MARGIN.side) * SCALE;
  const height = (ticket.height + MARGIN.top + MARGIN.bottom) * SCALE;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  drawPaper(context, width, height);
  context.scale(SCALE, SCALE);
  context.translate(MARGIN.side, MARGIN.top);
  context.fillStyle = INK;
  for (const element of ticket.elements) {
    if (element.kind === "text") drawText(context, element);
    else drawDots(context, element);
  }
  return await canvas.encode("png");
}

/** Thermal paper: warm white, a cut edge above and below, a slight shade at the sides where it curls. */
function drawPaper(context: SKRSContext2D, width: number, height: number): void {
  context.fillStyle = PAPER;
  context.fillRect(0, 0, width, height);
  const shade = context.createLinearGradient(0, 0, width, 0);
  shade.addColorStop(0, "rgba(90,80,60,0.13)");
  shade.addColorStop(0.04, "rgba(90,80,60,0)");
  shade.addColorStop(0.96, "rgba(90,80,60,0)");
  shade.addColorStop(1, "rgba(90,80,60,0.13)");
  context.fillStyle = shade;
  context.fillRect(0, 0, width, height);
  context.fillStyle = "rgba(90,80,60,0.35)";
  const tooth = 8;
  for (const [edge, direction] of [
    [0, 1],
    [height, -1],
  ] as const)
    for (let x = 0; x < width; x += tooth) {
      context.beginPath();
      context.moveTo(x, edge);
      context.lineTo(x + tooth / 2, edge + (direction * tooth) / 2);
      context.lineTo(x + tooth, edge);
      context.fill();
    }
}

function drawText(context: SKRSContext2D, element: Extract<PaperElement, { kind: "text" }>): void {
  const { x, y, text, bold, underline, size } = element;
  for (const [index, character] of [...text].entries()) {
    context.save();
    context.translate(x + index * CELL.width * size[0], y);
    context.scale(size[0], size[1]);
    // A rule of hyphens is one line on paper.
    if (character === "-") context.fillRect(0.5, 13, CELL.width - 1, bold ? 3 : 2);
    else if (character !== " ") drawGlyph(context, character, bold);
    context.restore();
  }
  if (underline) context.fillRect(x, y + CELL.height * size[1] - 2, [...text].length * CELL.width * size[0], 2);
}

function drawGlyph(context: SKRSContext2D, character: string, bold: boolean): void {
  setWeight(context, bold ? WEIGHT.bold : WEIGHT.normal);
  let natural = context.measureText(character).width;
  if (!bold && GLYPH_WIDTH / natural < THINNED_BELOW) {
    setWeight(context, WEIGHT.thinned);
    natural = context.measureText(character).width;
  }
  const stretch = Math.min(WIDEST_STRETCH, GLYPH_WIDTH / natural);
  context.translate((CELL.width - natural * stretch) / 2, BASELINE);
  context.scale(stretch, 1);
  context.fillText(character, 0, 0);
}

function setWeight(context: SKRSContext2D, weight: number): void {
  context.font = `${FONT_SIZE}px "Ticket ${weight} latin", "Ticket ${weight} latin-ext"`;
}

function drawDots(context: SKRSContext2D, { x, y, scale, rows }: Extract<PaperElement, { kind: "dots" }>): void {
  for (const [row, dots] of rows.entries()) {
    for (let start = dots.indexOf(true); start !== -1; ) {
      const after = dots.indexOf(false, start);
      const end = after === -1 ? dots.length : after;
      context.fillRect(x + start * scale[0], y + row * scale[1], (end - start) * scale[0], scale[1]);
      start = dots.indexOf(true, end);
    }
  }
}

import { type PDFDocument, type PDFFont, type PDFPage, type RGB, rgb } from "pdf-lib";
import type { Verdict } from "../check/check.ts";

export type Fonts = { readonly regular: PDFFont; readonly bold: PDFFont };

export type Column = {
  readonly heading: string;
  /** Part of the width. */
  readonly share: number;
  readonly right?: boolean;
};
export type Row = { readonly cells: readonly string[]; readonly symbol?: Verdict };

/** ISO 216 A4 in points. */
const WIDTH = 595.28;
const HEIGHT = 841.89;
const MARGIN = 50;
const INNER = WIDTH - 2 * MARGIN;
const FOOT = 60;

const INK = rgb(0.1, 0.12, 0.16);
const PALE = rgb(0.38, 0.41, 0.46);
const RULE = rgb(0.82, 0.84, 0.87);
const COLOURS: Readonly<Record<Verdict, RGB>> = {
  pass: rgb(0.05, 0.42, 0.22),
  fail: rgb(0.7, 0.08, 0.1),
  "not-run": PALE,
};

const CELL = 9;
const LINE = 1.3;
const PADDING = 5;

/** Pages that are written from the top down. All lengths in points. */
export class Sheet {
  readonly #document: PDFDocument;
  readonly #fonts: Fonts;
  readonly #known: ReadonlySet<number>;
  #page: PDFPage;
  #y = HEIGHT - MARGIN;

  constructor(document: PDFDocument, fonts: Fonts) {
    this.#document = document;
    this.#fonts = fonts;
    this.#known = new Set(fonts.regular.getCharacterSet());
    this.#page = document.addPage([WIDTH, HEIGHT]);
  }

  space(height: number): void {
    this.#y -= height;
  }

  /** Goes on on a new page when less than `height` is left. */
  keepTogether(height: number): void {
    if (this.#y - height >= FOOT) return;
    this.#page = this.#document.addPage([WIDTH, HEIGHT]);
    this.#y = HEIGHT - MARGIN;
  }

  text(text: string, { size, bold = false, pale = false }: { size: number; bold?: boolean; pale?: boolean }): void {
    for (const line of this.#wrap(text, size, INNER, bold)) {
      this.keepTogether(size * LINE);
      this.#y -= size * LINE;
      this.#draw(line, MARGIN, this.#y, size, bold, pale ? PALE : INK);
    }
  }

  title(text: string): void {
    this.keepTogether(70);
    this.space(16);
    this.text(text, { size: 13, bold: true });
    this.space(6);
  }

  /** A rule across part of the width. */
  line(share: number): void {
    this.#rule(MARGIN, INNER * share, INK);
    this.space(2);
  }

  banner(verdict: Verdict, words: string, detail: string): void {
    const height = 46;
    this.#y -= height;
    const place = { x: MARGIN, y: this.#y, width: INNER, height };
    this.#page.drawRectangle({ ...place, borderColor: COLOURS[verdict], borderWidth: 1.5, color: rgb(1, 1, 1) });
    this.#symbol(verdict, MARGIN + 15, this.#y + 15, 16);
    this.#draw(words, MARGIN + 46, this.#y + 25, 14, true, COLOURS[verdict]);
    this.#draw(detail, MARGIN + 46, this.#y + 10, 9.5, false, INK);
    this.space(4);
  }

  pairs(pairs: readonly (readonly [string, string])[]): void {
    for (const [name, value] of pairs) {
      const lines = this.#wrap(value, CELL, INNER * 0.72, false);
      this.keepTogether(lines.length * CELL * LINE + 3);
      this.#draw(name, MARGIN, this.#y - CELL * LINE, CELL, false, PALE);
      for (const line of lines) {
        this.#y -= CELL * LINE;
        this.#draw(line, MARGIN + INNER * 0.28, this.#y, CELL, false, INK);
      }
      this.space(3);
    }
  }

  table(columns: readonly Column[], rows: readonly Row[]): void {
    this.#tableRow(columns, { cells: columns.map(({ heading }) => heading) }, true);
    for (const row of rows) this.#tableRow(columns, row, false);
  }

  /** Writes the foot of every page, with its number. */
  foot(text: string): void {
    const pages = this.#document.getPages();
    for (const [index, page] of pages.entries()) {
      this.#page = page;
      const number = `Página ${index + 1} de ${pages.length}`;
      this.#draw(text, MARGIN, 32, 8, false, PALE);
      this.#draw(number, WIDTH - MARGIN - this.#width(number, 8, false), 32, 8, false, PALE);
    }
  }

  #tableRow(columns: readonly Column[], { cells, symbol }: Row, head: boolean): void {
    const indent = (index: number) => (symbol !== undefined && index === 0 ? 15 : 0);
    const wrapped = columns.map(({ share }, index) =>
      this.#wrap(cells[index] ?? "", CELL, INNER * share - PADDING - indent(index), head),
    );
    const height = Math.max(...wrapped.map((lines) => lines.length)) * CELL * LINE + 2 * PADDING;
    this.keepTogether(height);
    let x = MARGIN;
    for (const [index, { share, right = false }] of columns.entries()) {
      const width = INNER * share;
      for (const [row, line] of (wrapped[index] ?? []).entries()) {
        const y = this.#y - PADDING - (row + 0.85) * CELL * LINE;
        const from = right ? x + width - this.#width(line, CELL, head) : x + indent(index);
        const colour = head ? PALE : symbol !== undefined && index === 0 ? COLOURS[symbol] : INK;
        this.#draw(line, from, y, CELL, head || (symbol !== undefined && index === 0), colour);
      }
      x += width;
    }
    if (symbol !== undefined) this.#symbol(symbol, MARGIN + 1, this.#y - PADDING - CELL * LINE + 2, CELL - 1);
    this.#y -= height;
    this.#rule(MARGIN, INNER, RULE);
  }

  #rule(x: number, width: number, color: RGB): void {
    this.#page.drawLine({ start: { x, y: this.#y }, end: { x: x + width, y: this.#y }, thickness: 0.7, color });
  }

  /** A tick, a cross or a dash: a verdict is never told by colour alone. */
  #symbol(verdict: Verdict, x: number, y: number, size: number): void {
    const strokes: Readonly<Record<Verdict, readonly (readonly [number, number, number, number])[]>> = {
      pass: [
        [0, 0.45, 0.35, 0.08],
        [0.35, 0.08, 1, 0.9],
      ],
      fail: [
        [0.05, 0.05, 0.9, 0.9],
        [0.05, 0.9, 0.9, 0.05],
      ],
      "not-run": [[0.05, 0.45, 0.9, 0.45]],
    };
    for (const [x1, y1, x2, y2] of strokes[verdict])
      this.#page.drawLine({
        start: { x: x + x1 * size, y: y + y1 * size },
        end: { x: x + x2 * size, y: y + y2 * size },
        thickness: size / 6,
        color: COLOURS[verdict],
      });
  }

  #draw(text: string, x: number, y: number, size: number, bold: boolean, color: RGB): void {
    this.#page.drawText(this.#drawable(text), {
      x,
      y,
      size,
      font: bold ? this.#fonts.bold : this.#fonts.regular,
      color,
    });
  }

  #width(text: string, size: number, bold: boolean): number {
    return (bold ? this.#fonts.bold : this.#fonts.regular).widthOfTextAtSize(this.#drawable(text), size);
  }

  /** The standard fonts have the signs of western Europe; anything else becomes a question mark. */
  #drawable(text: string): string {
    return [...text].map((sign) => (this.#known.has(sign.codePointAt(0) ?? 0) ? sign : "?")).join("");
  }

  /** Lines that fit; a word that is wider than a line, as ports are, is cut. */
  #wrap(text: string, size: number, width: number, bold: boolean): string[] {
    return text.split("\n").flatMap((paragraph) => {
      const lines: string[] = [];
      let line = "";
      for (const word of paragraph.split(" ")) {
        let rest = word;
        if (line !== "" && this.#width(`${line} ${rest}`, size, bold) > width) {
          lines.push(line);
          line = "";
        }
        while (this.#width(rest, size, bold) > width) {
          let fits = rest.length - 1;
          while (fits > 1 && this.#width(rest.slice(0, fits), size, bold) > width) fits--;
          lines.push(rest.slice(0, fits));
          rest = rest.slice(fits);
        }
        line = line === "" ? rest : `${line} ${rest}`;
      }
      return [...lines, line];
    });
  }
}

import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from "pdf-lib";
import { encode as encodeQr } from "uqr";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { allRows, type PhoneDocument } from "./documents.ts";

/** ISO 216 A4 in points; all lengths here are points. */
const WIDTH = 595.28;
const HEIGHT = 841.89;
const MARGIN = 56;
const LABELS = 150;
const SIZE = 12;
const LINE = 1.4;
/** 40 mm: read by any phone from paper. */
const QR = 113;
const INK = rgb(0.1, 0.12, 0.16);
const DEMO = "DOCUMENTO DE DEMOSTRACIÓN · SIN VALIDEZ LEGAL";

type Fonts = { readonly regular: PDFFont; readonly bold: PDFFont };

/**
 * A document on A4 pages, PDF. The same document makes the same bytes.
 *
 * @param demo whether it comes from simulated institutions: then the page says so, on top and at its foot.
 * @returns an error when a letter of it is not in the font: a name is printed right or not at all.
 */
export async function documentPages(
  document: PhoneDocument,
  demo: boolean,
): Promise<Result<Uint8Array, CodedError<"gateway.document-not-drawable">>> {
  const pdf = await PDFDocument.create();
  const fonts: Fonts = {
    regular: await pdf.embedFont(StandardFonts.Helvetica),
    bold: await pdf.embedFont(StandardFonts.HelveticaBold),
  };
  const rows = allRows(document);
  const known = new Set(fonts.regular.getCharacterSet());
  const words = [document.title, document.institution, document.verificationUrl, ...rows.flat()].join("");
  if ([...words].some((letter) => !known.has(letter.codePointAt(0) ?? 0)))
    return err(coded("gateway.document-not-drawable"));

  pdf.setTitle(document.title);
  pdf.setAuthor(document.institution);
  pdf.setLanguage("es-CL");
  for (const set of [pdf.setCreationDate, pdf.setModificationDate]) set.call(pdf, new Date(0));
  const paper = new Paper(pdf, fonts, demo);
  paper.write(document.institution, SIZE, fonts.regular);
  paper.write(document.title, 22, fonts.bold);
  paper.down(SIZE);
  for (const [label, value] of rows) paper.row(label, value);
  paper.down(SIZE);
  if (document.verificationUrl !== undefined) {
    paper.room(QR + 4 * SIZE);
    paper.write("Verifique este documento con el código QR o en:", 10, fonts.regular);
    paper.write(document.verificationUrl, 10, fonts.regular);
    drawQr(paper.page, document.verificationUrl, paper.y - SIZE);
  }
  return ok(await pdf.save());
}

/** Pages that are written from top to bottom: what does not fit any more goes on the next one. */
class Paper {
  readonly #pdf: PDFDocument;
  readonly #fonts: Fonts;
  readonly #demo: boolean;
  page: PDFPage;
  /** Where the next line begins. */
  y = HEIGHT - MARGIN;

  constructor(pdf: PDFDocument, fonts: Fonts, demo: boolean) {
    this.#pdf = pdf;
    this.#fonts = fonts;
    this.#demo = demo;
    this.page = this.#newPage();
  }

  write(text: string, size: number, font: PDFFont): void {
    for (const line of wrap(text, font, size, WIDTH - 2 * MARGIN)) this.#line(line, MARGIN, size, font);
  }

  /** A label and its value beside it. */
  row(label: string, value: string): void {
    const { regular, bold } = this.#fonts;
    const lines = wrap(value, regular, SIZE, WIDTH - 2 * MARGIN - LABELS);
    this.room(SIZE * LINE);
    this.page.drawText(label, { x: MARGIN, y: this.y - SIZE * LINE, size: SIZE, font: bold });
    for (const line of lines) this.#line(line, MARGIN + LABELS, SIZE, regular);
    this.down(SIZE * 0.4);
  }

  down(by: number): void {
    this.y -= by;
  }

  /** Begins a new page when there is less than `height` left on this one. */
  room(height: number): void {
    if (this.y - height >= MARGIN) return;
    this.page = this.#newPage();
    this.y = HEIGHT - MARGIN;
  }

  #line(text: string, x: number, size: number, font: PDFFont): void {
    this.room(size * LINE);
    this.y -= size * LINE;
    this.page.drawText(text, { x, y: this.y, size, font });
  }

  #newPage(): PDFPage {
    const page = this.#pdf.addPage([WIDTH, HEIGHT]);
    page.setFontColor(INK);
    if (this.#demo)
      for (const y of [HEIGHT - MARGIN / 2, MARGIN / 2])
        page.drawText(DEMO, { x: MARGIN, y, size: 10, font: this.#fonts.bold });
    return page;
  }
}

function drawQr(page: PDFPage, data: string, top: number): void {
  const { size, data: modules } = encodeQr(data);
  const side = QR / size;
  for (const [at, line] of modules.entries())
    for (const [across, dark] of line.entries())
      if (dark)
        page.drawRectangle({
          ...{ x: MARGIN + across * side, y: top - (at + 1) * side, width: side, height: side },
          color: rgb(0, 0, 0),
        });
}

/** Lines of `text` that are not wider than `width`; a word that is too long is broken. */
function wrap(text: string, font: PDFFont, size: number, width: number): string[] {
  const fits = (line: string) => font.widthOfTextAtSize(line, size) <= width;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = "";
    for (const letter of word) {
      if (!fits(line + letter)) {
        lines.push(line);
        line = "";
      }
      line += letter;
    }
  }
  return [...lines, line];
}

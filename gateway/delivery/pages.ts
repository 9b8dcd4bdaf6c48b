import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from "pdf-lib";
import { encode as encodeQr } from "uqr";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { PhoneDocument } from "./documents.ts";

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
 * A document as one A4 page, PDF. The same document makes the same bytes.
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
  const rows = [
    ...document.rows,
    ["Folio", document.folio] as const,
    ["Código de verificación", document.verificationCode] as const,
  ];
  const known = new Set(fonts.regular.getCharacterSet());
  const words = [document.title, document.institution, document.verificationUrl, ...rows.flat()].join("");
  if ([...words].some((letter) => !known.has(letter.codePointAt(0) ?? 0)))
    return err(coded("gateway.document-not-drawable"));

  pdf.setTitle(document.title);
  pdf.setAuthor(document.institution);
  pdf.setLanguage("es-CL");
  for (const set of [pdf.setCreationDate, pdf.setModificationDate]) set.call(pdf, new Date(0));
  const page = pdf.addPage([WIDTH, HEIGHT]);
  page.setFontColor(INK);
  if (demo)
    for (const y of [HEIGHT - MARGIN / 2, MARGIN / 2])
      page.drawText(DEMO, { x: MARGIN, y, size: 10, font: fonts.bold });
  let y = HEIGHT - MARGIN;
  const write = (text: string, size: number, font: PDFFont) => {
    for (const line of wrap(text, font, size, WIDTH - 2 * MARGIN)) {
      y -= size * LINE;
      page.drawText(line, { x: MARGIN, y, size, font });
    }
  };
  write(document.institution, SIZE, fonts.regular);
  write(document.title, 22, fonts.bold);
  y -= SIZE;
  for (const [label, value] of rows) y = row(page, fonts, y, label, value);
  y -= SIZE;
  write("Verifique este documento con el código QR o en:", 10, fonts.regular);
  write(document.verificationUrl, 10, fonts.regular);
  drawQr(page, document.verificationUrl, y - SIZE);
  return ok(await pdf.save());
}

/** Draws a label and its value beside it. @returns where the next row begins. */
function row(page: PDFPage, { regular, bold }: Fonts, top: number, label: string, value: string): number {
  let y = top - SIZE * LINE;
  page.drawText(label, { x: MARGIN, y, size: SIZE, font: bold });
  const lines = wrap(value, regular, SIZE, WIDTH - 2 * MARGIN - LABELS);
  for (const [index, line] of lines.entries()) {
    if (index > 0) y -= SIZE * LINE;
    page.drawText(line, { x: MARGIN + LABELS, y, size: SIZE, font: regular });
  }
  return y - SIZE * 0.4;
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

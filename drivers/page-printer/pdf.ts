import { fromLatin1 } from "../../base/bytes/bytes.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok } from "../../base/result.ts";

/** A certificate has some hundred kilobytes. */
const MAX_BYTES = 32 * 1_048_576;
/** The header may stand behind other bytes, and the end before some (ISO 32000-1, annex H.3). */
const MARGIN = 1_024;

/**
 * Looks whether bytes are a whole PDF and counts its pages.
 *
 * @returns `pages`, `undefined` where only the printer can tell (institutions lock their certificates by encryption), or an error
 * `page-printer.bad-document` for what no printer should get.
 */
export async function inspectPdf(bytes: Uint8Array) {
  const bad = (detail: string) => err(coded("page-printer.bad-document", detail));
  if (bytes.length > MAX_BYTES) return bad(`more than ${MAX_BYTES} bytes`);
  if (!fromLatin1(bytes.subarray(0, MARGIN)).includes("%PDF-")) return bad("it does not begin as a PDF");
  if (!fromLatin1(bytes.subarray(-MARGIN)).includes("%%EOF")) return bad("it does not end as a PDF");
  const pages = await countPages(bytes);
  return pages === 0 ? bad("it has no pages") : ok({ pages });
}

async function countPages(bytes: Uint8Array): Promise<number | undefined> {
  const { PDFDocument } = await import("pdf-lib");
  try {
    // Signed documents are only read: nothing of them changes.
    return (await PDFDocument.load(bytes, { updateMetadata: false, ignoreEncryption: true })).getPageCount();
  } catch {
    return undefined;
  }
}

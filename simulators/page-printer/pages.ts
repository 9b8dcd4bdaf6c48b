/**
 * Pages and title of a document that came to the printer. What is no PDF is taken for one page, as a printer takes plain text.
 */
export async function readPages(document: Uint8Array): Promise<{ readonly pages: number; readonly title: string }> {
  const { PDFDocument } = await import("pdf-lib");
  try {
    const pdf = await PDFDocument.load(document, { updateMetadata: false });
    return { pages: Math.max(1, pdf.getPageCount()), title: pdf.getTitle() ?? "" };
  } catch {
    return { pages: 1, title: "" };
  }
}

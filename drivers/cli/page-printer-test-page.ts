import { toLatin1 } from "../../base/bytes/bytes.ts";

const TEXT = "BT /F1 24 Tf 72 760 Td (PRUEBA) Tj 0 -32 Td /F1 12 Tf (Sin valor para tr\\341mites) Tj ET";
const OBJECTS = [
  "<</Type/Catalog/Pages 2 0 R>>",
  "<</Type/Pages/Kids[3 0 R]/Count 1>>",
  "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
  `<</Length ${TEXT.length}>>\nstream\n${TEXT}\nendstream`,
  "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
];

/** One page on A4 that says that it is worth nothing. The same bytes each time, so that a replay prints the same. */
export function testPage(): Uint8Array {
  let text = "%PDF-1.4\n";
  const offsets = OBJECTS.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  const size = OBJECTS.length + 1;
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<</Size ${size}/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`;
  return toLatin1(text + end);
}

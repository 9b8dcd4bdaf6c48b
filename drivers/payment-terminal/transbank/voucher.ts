/** A voucher is one field of 40-character lines without separators. Source: 2026 end-to-end tests of the .NET SDK. */
export const VOUCHER_LINE = 40;

/**
 * The lines of a voucher field; `undefined` when it is empty or not made of whole lines, so that nobody prints text
 * that is broken in the wrong places.
 */
export function voucherLines(field: string | undefined): readonly string[] | undefined {
  if (field === undefined || field.length === 0 || field.length % VOUCHER_LINE !== 0) return undefined;
  return Array.from({ length: field.length / VOUCHER_LINE }, (_, line) =>
    field.slice(line * VOUCHER_LINE, (line + 1) * VOUCHER_LINE).trimEnd(),
  );
}

/** Lines to a voucher field; longer lines are cut. */
export function voucherField(lines: readonly string[]): string {
  return lines.map((line) => line.slice(0, VOUCHER_LINE).padEnd(VOUCHER_LINE)).join("");
}

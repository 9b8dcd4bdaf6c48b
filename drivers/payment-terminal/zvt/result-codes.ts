import type { CodeMeaning } from "../conditions.ts";

export type ResultCodeEntry = CodeMeaning & { readonly meaning: string };

/**
 * Result codes of status information, abort, completion and negative answers, and the status codes that end a status
 * enquiry; upper-case hexadecimal. Source: PA00P015, revision 13.08, chapters 10 and 11. 01 to 63 are the network
 * operator's own: the payment was not approved, and nobody tells why.
 */
export const RESULT_CODES: { readonly [code: string]: ResultCodeEntry } = {
  "00": { meaning: "No error" },
  "51": { meaning: "Initialisation required", condition: "needs-initialisation" },
  "62": { meaning: "Date or time incorrect", condition: "needs-initialisation" },
  "64": { meaning: "Card not readable", condition: "card-reader-fault", passing: true },
  "65": { meaning: "No card data" },
  "66": { meaning: "Processing error" },
  "67": { meaning: "Not permitted for this debit card" },
  "68": { meaning: "Not permitted for this credit card" },
  "6A": { meaning: "Turnover file full", condition: "needs-close" },
  "6B": { meaning: "Function deactivated: not registered" },
  "6C": { meaning: "Aborted by time-out or abort key" },
  "6E": { meaning: "Card blocked" },
  "6F": { meaning: "Wrong currency", condition: "needs-initialisation" },
  "71": { meaning: "Credit not sufficient" },
  "72": { meaning: "Chip error", condition: "card-reader-fault", passing: true },
  "73": { meaning: "Card data incorrect" },
  "74": { meaning: "DUKPT engine exhausted", condition: "needs-keys" },
  "77": { meaning: "End of day not possible" },
  "78": { meaning: "Card expired" },
  "79": { meaning: "Card not yet valid" },
  "7A": { meaning: "Card unknown" },
  "7D": { meaning: "Communication module does not answer", condition: "host-unreachable" },
  "83": { meaning: "Function not possible" },
  "85": { meaning: "Key missing", condition: "needs-keys" },
  "89": { meaning: "PIN pad defective", condition: "card-reader-fault" },
  "9A": { meaning: "Protocol error" },
  "9B": { meaning: "Communication fault", condition: "host-unreachable" },
  "9C": { meaning: "Please wait" },
  A0: { meaning: "Receiver not ready", condition: "host-unreachable" },
  A1: { meaning: "The host does not answer", condition: "host-unreachable" },
  A3: { meaning: "No connection", condition: "host-unreachable" },
  A5: { meaning: "Not allowed by PCI rules" },
  B1: { meaning: "Memory full", condition: "needs-close" },
  B2: { meaning: "Merchant journal full", condition: "needs-close" },
  B4: { meaning: "Already reversed" },
  B5: { meaning: "Reversal not possible" },
  B7: { meaning: "Amount wrong" },
  BF: { meaning: "Supply voltage too low", condition: "card-reader-fault" },
  C0: { meaning: "Card lock defective", condition: "card-reader-fault" },
  C1: { meaning: "Merchant card locked", condition: "needs-initialisation" },
  C2: { meaning: "Diagnosis required", condition: "needs-initialisation" },
  C3: { meaning: "Maximum amount exceeded" },
  C4: { meaning: "Card profile invalid", condition: "needs-initialisation" },
  C5: { meaning: "Payment method not supported" },
  C6: { meaning: "Currency not applicable", condition: "needs-initialisation" },
  C8: { meaning: "Amount too small" },
  C9: { meaning: "Maximum transaction amount too small" },
  CB: { meaning: "Only allowed in euro", condition: "needs-initialisation" },
  CC: { meaning: "Printer not ready", condition: "printer-fault" },
  D2: { meaning: "Not permitted for this card" },
  DC: { meaning: "Card inserted" },
  DD: { meaning: "Error while the card was ejected", condition: "card-reader-fault", passing: true },
  DE: { meaning: "Error while the card was inserted", condition: "card-reader-fault", passing: true },
  DF: { meaning: "Out of order", condition: "card-reader-fault" },
  E0: { meaning: "Remote maintenance activated" },
  E1: { meaning: "Card not completely removed" },
  E2: { meaning: "Card reader defective", condition: "card-reader-fault" },
  E3: { meaning: "Shutter closed", condition: "card-reader-fault", passing: true },
  E4: { meaning: "Terminal activation required", condition: "needs-initialisation" },
  ED: { meaning: "PIN pad defective", condition: "card-reader-fault" },
  F0: { meaning: "Open end of day present", condition: "needs-close" },
  F5: { meaning: "OPT error", condition: "needs-keys" },
  F6: { meaning: "OPT data not available", condition: "needs-keys" },
  FB: { meaning: "Turnover record defective" },
  FC: { meaning: "Necessary device missing or defective", condition: "card-reader-fault" },
  FF: { meaning: "System error" },
};

export const APPROVED = "00";
/** Status codes of a terminal that can serve: ready, and a card is inserted. */
export const READY: ReadonlySet<string> = new Set(["00", "DC"]);

export function meaningOf(code: string): string {
  const operator = /^[0-9A-F]{2}$/.test(code) && Number.parseInt(code, 16) <= 0x63;
  return (
    RESULT_CODES[code]?.meaning ?? (operator ? "Not approved by the network operator" : "Not in the specification")
  );
}

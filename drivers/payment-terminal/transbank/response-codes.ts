import type { PaymentConditionCode, PaymentPrompt } from "../interface.ts";

export type ResponseCodeEntry = {
  readonly meaning: string;
  /** A code that only 0900 messages and 1080 carry; it never ends a sale. */
  readonly statusOnly?: true;
  /** What the code says about the terminal itself, beyond this one payment. */
  readonly condition?: PaymentConditionCode;
  /** One occurrence says little: the next citizen may be served. */
  readonly passing?: true;
};

/**
 * Union of the documentation's table and the tables of Transbank's Node and .NET SDKs. Everything but `00` means that
 * the payment was not approved; the bank's reason is never disclosed (bank secrecy).
 */
export const RESPONSE_CODES: { readonly [code: string]: ResponseCodeEntry } = {
  "00": { meaning: "Approved" },
  "01": { meaning: "Rejected" },
  "02": { meaning: "The host does not answer", condition: "host-unreachable" },
  "03": { meaning: "The connection to the host failed", condition: "host-unreachable" },
  "04": { meaning: "The transaction is already voided" },
  "05": { meaning: "There is no transaction to void" },
  "06": { meaning: "Card not supported" },
  "07": { meaning: "Cancelled at the terminal" },
  "08": { meaning: "A debit transaction cannot be voided" },
  "09": { meaning: "Card read error", condition: "card-reader-fault", passing: true },
  "10": { meaning: "Amount below the minimum" },
  "11": { meaning: "There is no sale" },
  "12": { meaning: "Transaction not supported" },
  "13": { meaning: "The day must be closed", condition: "needs-close" },
  "14": { meaning: "No dial tone", condition: "host-unreachable" },
  "15": { meaning: "BITMAP.DAT is missing", condition: "needs-initialisation" },
  "16": { meaning: "Format error in the host's answer" },
  "17": { meaning: "The last four digits are wrong" },
  "18": { meaning: "Invalid menu" },
  "19": { meaning: "The cards differ (ERROR_TARJ_DIST)" },
  "20": { meaning: "Invalid card" },
  "21": { meaning: "Voiding is not allowed" },
  "22": { meaning: "Time-out" },
  "24": { meaning: "The terminal's printer has no paper", condition: "printer-fault" },
  "25": { meaning: "Invalid date" },
  "26": { meaning: "Keys must be loaded", condition: "needs-keys" },
  "27": { meaning: "The terminal must be updated", condition: "needs-initialisation" },
  "54": { meaning: "Rejected" },
  "60": { meaning: "Wrong number of instalments" },
  "61": { meaning: "The request could not be built" },
  "62": { meaning: "Problem with the internal PIN pad", condition: "card-reader-fault" },
  "65": { meaning: "The host's answer could not be processed", condition: "host-unreachable" },
  "67": { meaning: "Too many sales: the day must be closed", condition: "needs-close" },
  "68": { meaning: "The amount could not be entered" },
  "70": { meaning: "Ticket format, 6 characters at most" },
  "71": { meaning: "Length of the print field" },
  "72": { meaning: "The amount must be greater than 0" },
  "73": { meaning: "The terminal id is not set", condition: "needs-initialisation" },
  "74": { meaning: "The day must be closed", condition: "needs-close" },
  "75": { meaning: "The commerce has no cards configured", condition: "needs-initialisation" },
  "76": { meaning: "Too many sales: the day must be closed", condition: "needs-close" },
  "77": { meaning: "The day must be closed", condition: "needs-close" },
  "78": { meaning: "Waiting for the card", statusOnly: true },
  "79": { meaning: "Waiting for the amount to be confirmed", statusOnly: true },
  "80": { meaning: "Choosing instalments", statusOnly: true },
  "81": { meaning: "Entering the PIN", statusOnly: true },
  "82": { meaning: "Sending to the host", statusOnly: true },
  "83": { meaning: "Choosing credit or debit", statusOnly: true },
  "84": { meaning: "Operate the card", statusOnly: true },
  "85": { meaning: "Choosing instalments", statusOnly: true },
  "86": { meaning: "Choosing instalments", statusOnly: true },
  "87": { meaning: "Choosing instalments", statusOnly: true },
  "88": { meaning: "Wrong number of instalments, choosing again", statusOnly: true },
  "89": { meaning: "Choosing the month of grace", statusOnly: true },
  "90": { meaning: "Initialised", statusOnly: true },
  "91": { meaning: "Initialisation failed", statusOnly: true, condition: "needs-initialisation" },
  "92": { meaning: "The card reader is not connected", condition: "card-reader-fault" },
  "93": { meaning: "Declined" },
  "94": { meaning: "Error in the response" },
  "95": { meaning: "Print error", condition: "printer-fault" },
};

export const APPROVED = "00";
export const NO_SALE = "11";
export const INITIALISED = "90";

export function meaningOf(code: string): string {
  return RESPONSE_CODES[code]?.meaning ?? "Not in the published tables";
}

const PROMPTS: { readonly [code: string]: PaymentPrompt } = {
  "78": "present-card",
  "79": "confirm-amount",
  "80": "choose-instalments",
  "81": "enter-pin",
  "82": "sending",
  "83": "choose-card-type",
  "84": "operate-card",
  "85": "choose-instalments",
  "86": "choose-instalments",
  "87": "choose-instalments",
  "88": "choose-instalments",
  "89": "choose-instalments",
};

/** What a status message asks of the citizen; `working` for every code that asks nothing that we know. */
export function promptOf(code: string): PaymentPrompt {
  return PROMPTS[code] ?? "working";
}

import type { PaymentPrompt } from "../interface.ts";

/**
 * What intermediate status asks of the citizen. Source: PA00P015, revision 13.08, table 17. "Please watch PIN pad" (01, 02)
 * is read as the PIN: that is what the pad is watched for. Codes from 41 on say the same as 01 on, and to take the card.
 */
const PROMPTS: { readonly [status: string]: PaymentPrompt } = {
  "00": "confirm-amount",
  "01": "enter-pin",
  "02": "enter-pin",
  "04": "sending",
  "05": "sending",
  "06": "sending",
  "0A": "present-card",
  "0B": "operate-card",
  "0C": "operate-card",
  "15": "enter-pin",
  "28": "operate-card",
  "29": "operate-card",
  "2C": "operate-card",
  "41": "enter-pin",
  "42": "enter-pin",
  "44": "sending",
  "45": "sending",
  "46": "sending",
  "4B": "operate-card",
  "4C": "operate-card",
  "69": "operate-card",
  "6A": "enter-pin",
  "6B": "enter-pin",
  "6C": "enter-pin",
  D2: "sending",
  D3: "sending",
  E0: "operate-card",
  E1: "operate-card",
};

/** `working` for every status that asks nothing that we know. */
export function promptOf(status: string): PaymentPrompt {
  return PROMPTS[status] ?? "working";
}

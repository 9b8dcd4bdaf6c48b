import type { Apdu } from "../../framing/apdu-stream.ts";
import { decodeBitmaps } from "./bitmaps.ts";
import { toPesos } from "./judgement.ts";
import { CONTROL, GOODS_NOT_ISSUED, NOT_POSSIBLE, POSITIVE } from "./messages.ts";
import type { ZvtProfile } from "./settings.ts";

/** The amount, integer pesos, of an approval that a command tells of; `undefined` when it tells of none. */
export function tellsApproval(apdu: Apdu, profile: ZvtProfile): number | undefined {
  if (apdu.control !== CONTROL.status) return undefined;
  const { amount = 0, individualTotals, resultCode } = decodeBitmaps(apdu.data).values;
  return resultCode === 0 && individualTotals === undefined ? (toPesos(amount, profile) ?? 0) : undefined;
}

/**
 * The answer to a command that belongs to no exchange and no attempt. An approval that nobody waits for is answered "goods
 * not issued": nobody hands anything out for it, and the terminal gives the money back (PA00P015, chapter 2.2.6).
 *
 * @param receiptOwed a repeated receipt is still on its way: its status is no new approval.
 */
export function answerToStray(apdu: Apdu, receiptOwed: boolean): Apdu {
  switch (apdu.control) {
    case CONTROL.status: {
      const { individualTotals, resultCode } = decodeBitmaps(apdu.data).values;
      return resultCode === 0 && individualTotals === undefined && !receiptOwed ? GOODS_NOT_ISSUED : POSITIVE;
    }
    case CONTROL.setTime:
    case CONTROL.intermediate:
    case CONTROL.completion:
    case CONTROL.abort:
    case CONTROL.printLine:
    case CONTROL.printBlock:
      return POSITIVE;
    default:
      return NOT_POSSIBLE;
  }
}

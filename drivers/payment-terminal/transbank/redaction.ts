import type { Fields } from "../../../base/coder/delimited.ts";
import { ETX, STX } from "../../framing/stx-etx-lrc.ts";
import { byteMask, hideText, type Redaction } from "../../transport/trace/redaction.ts";
import {
  autoservicioMulticodeSaleRequest,
  autoservicioMulticodeSaleResponse,
  autoservicioSaleRequest,
  autoservicioSaleResponse,
  closeResponse,
  detailResponse,
  FUNCTION,
  initialiseResultResponse,
  integradoMulticodeSaleRequest,
  integradoMulticodeSaleResponse,
  integradoSaleRequest,
  integradoSaleResponse,
  plainRequest,
  plainResponse,
  refundRequest,
  refundResponse,
  statusMessage,
  totalsResponse,
} from "./messages.ts";
import type { TransbankModelName } from "./models.ts";

const SEPARATOR = 0x7c;
const FUNCTION_LENGTH = 4;

/** Fields that tell of the sale and the machine. What is not named here (card, account, authorisation, voucher, people) is hidden. */
const SHOWN: ReadonlySet<string> = new Set([
  ...["function", "responseCode", "commerceCode", "terminalId", "providerCommerceCode", "ticket", "amount", "count"],
  ...["operationNumber", "cardType", "accountingDate", "date", "time", "change", "flag", "status"],
  ...["instalmentKind", "instalmentCount", "instalmentAmount"],
]);

type Messages = { readonly [code: string]: readonly { readonly fields: Fields }[] };

/** The others are `plainRequest`. */
const REQUESTS: Messages = { [FUNCTION.refund]: [refundRequest] };
const RESPONSES: Messages = {
  [FUNCTION.detail]: [detailResponse],
  [FUNCTION.closeResponse]: [closeResponse],
  [FUNCTION.totalsResponse]: [totalsResponse],
  [FUNCTION.loadKeysResponse]: [plainResponse],
  [FUNCTION.refundResponse]: [refundResponse],
  [FUNCTION.initialiseResultResponse]: [initialiseResultResponse],
  [FUNCTION.status]: [statusMessage],
};

/** Messages by function code. Where two could be meant, only what both show is shown. */
const MESSAGES: { readonly [model in TransbankModelName]: { readonly out: Messages; readonly in: Messages } } = {
  "transbank-autoservicio": {
    out: {
      ...REQUESTS,
      [FUNCTION.sale]: [autoservicioSaleRequest],
      [FUNCTION.multicodeSale]: [autoservicioMulticodeSaleRequest],
    },
    in: {
      ...RESPONSES,
      [FUNCTION.saleResponse]: [autoservicioSaleResponse, autoservicioMulticodeSaleResponse],
      [FUNCTION.lastSaleResponse]: [autoservicioSaleResponse],
      [FUNCTION.multicodeSaleResponse]: [autoservicioMulticodeSaleResponse],
      [FUNCTION.lastMulticodeSaleResponse]: [autoservicioMulticodeSaleResponse],
    },
  },
  "transbank-integrado": {
    out: {
      ...REQUESTS,
      [FUNCTION.sale]: [integradoSaleRequest],
      [FUNCTION.multicodeSale]: [integradoMulticodeSaleRequest],
    },
    in: {
      ...RESPONSES,
      [FUNCTION.saleResponse]: [integradoSaleResponse, integradoMulticodeSaleResponse],
      [FUNCTION.lastSaleResponse]: [integradoSaleResponse],
      [FUNCTION.multicodeSaleResponse]: [integradoMulticodeSaleResponse],
      [FUNCTION.lastMulticodeSaleResponse]: [integradoMulticodeSaleResponse],
    },
  },
};

/**
 * Card data of a terminal's answers. Everything outside the fields that are known to be harmless loses its letters and digits, and the
 * check byte is moved along with them: a good frame stays good and a damaged one stays damaged.
 */
export function transbankRedaction(model: TransbankModelName): Redaction {
  const messages = MESSAGES[model];
  return () => ({
    out: byteMask(() => frames((code, at) => shows(messages.out[code] ?? [plainRequest], at))),
    in: byteMask(() => frames((code, at) => shows(messages.in[code] ?? [], at))),
  });
}

function shows(candidates: readonly { readonly fields: Fields }[], at: number): boolean {
  if (candidates.length === 0) return false;
  return candidates.every(({ fields }) =>
    Object.entries(fields).some(
      ([name, declared]) => declared.at === at && (SHOWN.has(name) || declared.kind === "flag"),
    ),
  );
}

/** @param shown whether a field of a message may be seen, by function code and position. */
function* frames(shown: (code: string, at: number) => boolean): Generator<number, never, number> {
  let byte = yield 0;
  for (;;) {
    if (byte !== STX) {
      // The tail of a frame whose start was lost may stand here.
      byte = yield hideText(byte);
      continue;
    }
    byte = yield byte;
    let [code, at, sum, change] = ["", 0, ETX, 0];
    while (byte !== ETX) {
      if (byte === STX) [code, at, sum, change] = ["", 0, ETX, 0];
      else {
        const visible = at === 0 ? code.length < FUNCTION_LENGTH : shown(code, at);
        const masked = visible || byte === SEPARATOR ? byte : hideText(byte);
        if (byte === SEPARATOR) at++;
        else if (at === 0 && visible) code += String.fromCharCode(byte);
        sum ^= byte;
        change ^= byte ^ masked;
        byte = yield masked;
        continue;
      }
      byte = yield byte;
    }
    byte = yield byte;
    // Where the check byte was lost, this is the start of the next frame.
    if (byte !== STX || sum === STX) byte = yield byte ^ change;
  }
}

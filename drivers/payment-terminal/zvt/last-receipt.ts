import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { type DecodedBitmaps, decodeBitmaps } from "./bitmaps.ts";
import { receiptKey } from "./judgement.ts";
import { type Line, query } from "./line.ts";
import { CONTROL, POSITIVE, passwordCommand, REPEAT } from "./messages.ts";
import { meaningOf } from "./result-codes.ts";
import type { ExchangeEnd, ZvtSession } from "./session.ts";

export type LastReceipt =
  | { readonly found: "receipt"; readonly decoded: DecodedBitmaps; readonly key: string }
  /** The terminal says that it has stored nothing; the code is a key like any other. */
  | { readonly found: "nothing"; readonly key: string }
  | { readonly found: "no-answer"; readonly error: CodedError };

/**
 * Asks for the status information of the last stored transaction, without printing (PA00P015, chapter 2.20: "this ensures
 * that the ECR can resynchronise in case of an inconclusive ending of a transaction").
 */
export async function askLastReceipt(line: Line, session: ZvtSession, stop: AbortSignal): Promise<LastReceipt> {
  const { password, profile } = line.settings;
  let decoded: DecodedBitmaps | undefined;
  const end = await session.exchange(
    query(line, {
      name: "last-receipt",
      apdu: passwordCommand.encode(CONTROL.repeatReceipt, password, {
        serviceByte: REPEAT.sendStatus | REPEAT.printNothing,
      }),
      onCommand: (apdu) => {
        if (apdu.control === CONTROL.status) decoded = decodeBitmaps(apdu.data);
        return POSITIVE;
      },
    }),
    stop,
  );
  if (end.end === "completed")
    return decoded === undefined
      ? { found: "no-answer", error: coded("payment.garbled", "last receipt without a status") }
      : { found: "receipt", decoded, key: receiptKey(decoded.values) };
  if ((end.end === "aborted" || end.end === "rejected") && profile.nothingStored.includes(end.code))
    return { found: "nothing", key: `nothing, ${end.code}` };
  return { found: "no-answer", error: failure(end, "last-receipt", line.device) };
}

/** The error of an exchange that did not complete. */
export function failure(end: Exclude<ExchangeEnd, { end: "completed" }>, name: string, device: string): CodedError {
  switch (end.end) {
    case "aborted":
    case "rejected":
      return rejection(end.code);
    case "refused":
      return coded("payment.refused", name);
    case "not-sent":
      return end.error;
    case "silent":
    case "unanswered":
      return coded("payment.no-answer", `${name}, ${end.end}`);
    case "lost":
      return coded("link.lost", device);
    case "stopped":
      return coded("common.cancelled", name);
  }
}

export function rejection(code: string): CodedError {
  return coded("payment.rejected", `${code}: ${meaningOf(code)}`);
}

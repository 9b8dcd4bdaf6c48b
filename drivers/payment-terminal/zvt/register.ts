import type { Clock } from "../../../base/clock.ts";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { decodeBitmaps } from "./bitmaps.ts";
import { clockOffset } from "./judgement.ts";
import { failure } from "./last-receipt.ts";
import { CONFIG, CONTROL, POSITIVE, registration, TAG } from "./messages.ts";
import type { ZvtSession } from "./session.ts";
import type { ZvtSettings } from "./settings.ts";

/** Bits of the status byte that ask for initialisation, diagnosis or OPT action (PA00P015, table 3). */
const NEEDS_SOMETHING = 0x07;
/** A time that was told in an exchange that took longer may be too old to go by, milliseconds. */
const PROMPT = 1_000;

export type Registered = {
  readonly needsInitialisation: boolean;
  /** By how much the terminal's clock is ahead, milliseconds, where it told. */
  readonly clockOffset?: number;
};

/**
 * What the terminal is to do for us (PA00P015, table 1): tell what goes on, take payments and administration from us alone,
 * and leave receipts to us, as lines when they are wanted.
 */
export function configByte({ voucher }: ZvtSettings): number {
  return (
    CONFIG.paymentReceiptByUs |
    CONFIG.administrationReceiptByUs |
    CONFIG.intermediateStatus |
    CONFIG.paymentsOnlyByUs |
    CONFIG.administrationOnlyByUs |
    (voucher ? CONFIG.printLines : 0)
  );
}

/** Registers on a fresh channel. It moves no money, whatever becomes of it. */
export async function register(
  session: ZvtSession,
  settings: ZvtSettings,
  clock: Clock,
  device: string,
  signal: AbortSignal,
): Promise<Result<Registered, CodedError>> {
  const { password, profile } = settings;
  const began = clock.monotonic();
  const printBlock = Uint8Array.of(CONTROL.printBlock >> 8, CONTROL.printBlock & 0xff);
  const end = await session.exchange(
    {
      name: "register",
      apdu: registration.encode({
        password,
        config: configByte(settings),
        currency: profile.currency,
        // The list of permitted commands allows receipts in blocks; the container itself allows containers.
        ...(profile.containers && {
          tlv: [{ tag: TAG.permittedCommands, children: [{ tag: TAG.command, value: printBlock }] }],
        }),
      }),
      within: settings.query,
      onCommand: () => POSITIVE,
    },
    signal,
  );
  if (end.end !== "completed") return err(failure(end, "register", device));
  const { values } = decodeBitmaps(end.completion.data);
  const prompt = clock.monotonic() - began <= PROMPT;
  const offset = prompt ? clockOffset(values, { ...settings, now: clock.now() }) : undefined;
  return ok({
    needsInitialisation: ((values.statusByte ?? 0) & NEEDS_SOMETHING) !== 0,
    ...(offset !== undefined && { clockOffset: offset }),
  });
}

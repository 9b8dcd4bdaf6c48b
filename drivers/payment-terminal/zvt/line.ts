import type { Clock } from "../../../base/clock.ts";
import { anySignal } from "../../../base/deadline.ts";
import type { Logger } from "../../../base/log.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import type { SaleIntent } from "../interface.ts";
import type { Memory } from "./judgement.ts";
import type { ExchangeRequest, ZvtSession } from "./session.ts";
import type { ZvtSettings } from "./settings.ts";

/** What a sale and the other commands need of the driver around them. */
export type Line = {
  readonly device: string;
  readonly settings: ZvtSettings;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends with the driver. */
  readonly stop: AbortSignal;
  /** Why there is no connection. */
  absence(): CodedError;
  connected(milliseconds: number, signal: AbortSignal): Promise<ZvtSession | undefined>;
  /** Registers on this session when that was not done yet; without a value when it succeeded. */
  registered(session: ZvtSession, signal: AbortSignal): Promise<CodedError | undefined>;
  /** What an attempt to charge is compared with. */
  memory(intent: SaleIntent): Memory;
};

/** A registered session, or why there is none; nothing that could have an effect was sent. */
export async function ready(line: Line, name: string, signal?: AbortSignal): Promise<Result<ZvtSession, CodedError>> {
  const cancelled = anySignal(line.stop, signal);
  const session = await line.connected(line.settings.connect, cancelled);
  if (cancelled.aborted) return err(coded("common.cancelled", name));
  if (session === undefined) return err(line.absence());
  const refusal = await line.registered(session, cancelled);
  if (cancelled.aborted) return err(coded("common.cancelled", name));
  return refusal === undefined ? ok(session) : err(refusal);
}

/** A question or action of one exchange that the terminal answers from memory. */
export function query(line: Line, request: Omit<ExchangeRequest, "within">): ExchangeRequest {
  return { ...request, within: line.settings.query };
}

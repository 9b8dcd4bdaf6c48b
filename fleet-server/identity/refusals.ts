import type { ErrorCode } from "../../base/registry/errors.ts";
import { REFUSED_EVENT } from "../alerts/kept-events.ts";
import type { FleetContext } from "../context.ts";

/** Milliseconds between two entries of one kind in a kiosk's history. */
const APART = 60 * 60 * 1000;
const REMEMBERED = 10_000;

/** Makes refused requests seen: in the log, as figures, and in the history of the kiosk whose key signed. */
export class Refusals {
  readonly #context: FleetContext;
  readonly #counts = new Map<ErrorCode, number>();
  /** By kiosk and code, monotonic milliseconds. */
  readonly #noted = new Map<string, number>();

  constructor(context: FleetContext) {
    this.#context = context;
  }

  /** How many requests were refused since this instance started, by code. */
  get counts(): ReadonlyMap<ErrorCode, number> {
    return this.#counts;
  }

  count(code: ErrorCode): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
  }

  /** The key of `kiosk` made the signature: nobody else can fill its history. */
  async note(kiosk: string, thumbprint: string, code: ErrorCode): Promise<void> {
    const { clock, db } = this.#context;
    const subject = `${kiosk} ${code}`;
    const last = this.#noted.get(subject);
    if (last !== undefined && clock.monotonic() - last < APART) return;
    if (this.#noted.size >= REMEMBERED) this.#noted.clear();
    this.#noted.set(subject, clock.monotonic());
    this.#context.log("identity.refused", { kiosk, thumbprint, code });
    const fields = JSON.stringify({ thumbprint, code });
    await db.insertInto("event").values({ kiosk, at: clock.now(), event: REFUSED_EVENT, fields }).execute();
  }
}

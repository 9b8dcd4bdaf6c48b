import type { Alerts } from "../alerts/interface.ts";
import { CLONED_EVENT } from "../alerts/kept-events.ts";
import type { FleetContext } from "../context.ts";
import { json } from "../store/database.ts";

/** Milliseconds between two notes about one kiosk. */
const EVERY = 600_000;
/** Kiosks that are remembered. */
const REMEMBERED = 10_000;

/** Notes that one identity is used by two machines, as far as their connections show it; `ingest` finds it in their reports. */
export class Clones {
  readonly #context: FleetContext;
  readonly #alerts: Alerts;
  readonly #noted = new Map<string, number>();

  constructor(context: FleetContext, alerts: Alerts) {
    this.#context = context;
    this.#alerts = alerts;
  }

  /** @param cause how it showed. */
  async seen(kiosk: string, cause: string): Promise<void> {
    const { clock, db, audit, bus, log } = this.#context;
    const now = clock.now();
    if (now - (this.#noted.get(kiosk) ?? 0) < EVERY) return;
    if (this.#noted.size >= REMEMBERED) this.#noted.clear();
    this.#noted.set(kiosk, now);
    await db.transaction().execute(async (within) => {
      await within
        .insertInto("event")
        .values({ kiosk, at: now, event: CLONED_EVENT, fields: json({ cause }) })
        .execute();
      await this.#alerts.evaluate([kiosk], within);
      await bus.publish({ topic: "kiosks", kiosks: [kiosk] }, within);
      await audit.append({ actor: kiosk, action: "identity.cloned", subject: kiosk, details: { cause } }, within);
    });
    log("fleet.identity-cloned", { kiosk, cause });
  }
}

import { SIGNATURE } from "../../base/contracts/fleet/identity.ts";
import { parseCanonicalDictionary } from "../../base/node/structured-field.ts";
import type { Alerts } from "../alerts/interface.ts";
import { KNOCKING_EVENT } from "../alerts/kept-events.ts";
import type { FleetContext } from "../context.ts";
import type { DeviceRequest } from "../identity/interface.ts";
import { json } from "../store/database.ts";

/** Milliseconds between two looks at one certificate. */
const EVERY = 600_000;
/** Certificates that are remembered. */
const REMEMBERED = 10_000;

/** Notices machines whose identity was revoked and that still ask to be let in. */
export class Knocking {
  readonly #context: FleetContext;
  readonly #alerts: Alerts;
  readonly #looked = new Map<string, number>();

  constructor(context: FleetContext, alerts: Alerts) {
    this.#context = context;
    this.#alerts = alerts;
  }

  /** @param code why the request was refused. */
  async refused(request: DeviceRequest, code: string): Promise<void> {
    if (!code.includes("revoked")) return;
    // The signature that was judged, not another one that the request carries beside it.
    const input = parseCanonicalDictionary(request.headers["signature-input"] ?? "")?.get(SIGNATURE.label);
    const keyid = input?.[1].get("keyid");
    const thumbprint = typeof keyid === "string" ? keyid : undefined;
    const { clock, db, audit, bus, log } = this.#context;
    const now = clock.now();
    if (thumbprint === undefined || now - (this.#looked.get(thumbprint) ?? 0) < EVERY) return;
    if (this.#looked.size >= REMEMBERED) this.#looked.clear();
    this.#looked.set(thumbprint, now);
    await db.transaction().execute(async (within) => {
      const certificate = await within
        .selectFrom("certificate")
        .select("kiosk")
        .where("thumbprint", "=", thumbprint)
        .where("revoked_at", "is not", null)
        .executeTakeFirst();
      if (certificate === undefined) return;
      const { kiosk } = certificate;
      await within
        .insertInto("event")
        .values({ kiosk, at: now, event: KNOCKING_EVENT, fields: json({ code }) })
        .execute();
      await this.#alerts.evaluate([kiosk], within);
      await bus.publish({ topic: "kiosks", kiosks: [kiosk] }, within);
      await audit.append({ actor: kiosk, action: "identity.knocking", subject: kiosk, details: { code } }, within);
      log("fleet.identity-knocking", { kiosk });
    });
  }
}

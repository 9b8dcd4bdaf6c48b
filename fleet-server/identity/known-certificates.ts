import { createPublicKey, type KeyObject } from "node:crypto";
import type { Kysely } from "kysely";
import type { Clock } from "../../base/clock.ts";
import type { FleetDatabase } from "../store/schema.ts";

export type KnownCertificate = {
  readonly kiosk: string;
  readonly key: KeyObject;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
};

/** Milliseconds that a revocation by another instance takes at most to count here when the bus lost its message. */
const SWEEP = 5_000;
/** Milliseconds by which the clocks of instances may differ. */
const CLOCKS_APART = 600_000;
const CAPACITY = 50_000;

/**
 * The certificates of kiosks that speak to this instance, so that a request costs no query. One query every five seconds, and the
 * bus sooner, tell which were revoked.
 */
export class KnownCertificates {
  readonly #db: Kysely<FleetDatabase>;
  readonly #clock: Clock;
  readonly #known = new Map<string, KnownCertificate>();
  /** Kiosks whose revocation was asked for and may not be committed yet: not kept until then, monotonic milliseconds. */
  readonly #doubtful = new Map<string, number>();
  #sweptAt: number;
  #sweptUntil: number;
  #sweep: Promise<void> | undefined;
  /** Grows with every word of a revocation: what was read before may be old. */
  #generation = 0;

  constructor(db: Kysely<FleetDatabase>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
    this.#sweptAt = clock.monotonic();
    this.#sweptUntil = clock.now();
  }

  async get(thumbprint: string): Promise<KnownCertificate | undefined> {
    await this.#sweepWhenDue();
    return this.#known.get(thumbprint) ?? (await this.#load(thumbprint));
  }

  /** Forgets a kiosk's certificates; called for the bus message `revoked`. */
  forget(kiosk: string): void {
    this.#generation++;
    for (const [thumbprint, known] of this.#known) if (known.kiosk === kiosk) this.#known.delete(thumbprint);
  }

  /** Forgets a kiosk's certificates and asks the database each time for a while: its revocation is about to be committed. */
  doubt(kiosk: string): void {
    this.#doubtful.set(kiosk, this.#clock.monotonic() + SWEEP);
    this.forget(kiosk);
  }

  async #load(thumbprint: string): Promise<KnownCertificate | undefined> {
    const generation = this.#generation;
    const row = await this.#db
      .selectFrom("certificate")
      .select(["kiosk", "pem", "expires_at", "revoked_at"])
      .where("thumbprint", "=", thumbprint)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const known = {
      ...{ kiosk: row.kiosk, key: createPublicKey(row.pem) },
      ...{ expiresAt: row.expires_at, revokedAt: row.revoked_at },
    };
    if (generation === this.#generation && !this.#doubtful.has(row.kiosk)) this.#keep(thumbprint, known);
    return known;
  }

  #keep(thumbprint: string, known: KnownCertificate): void {
    if (this.#known.size >= CAPACITY) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(thumbprint, known);
  }

  async #sweepWhenDue(): Promise<void> {
    if (this.#clock.monotonic() - this.#sweptAt < SWEEP) return;
    this.#sweep ??= this.#dropRevoked().finally(() => {
      this.#sweep = undefined;
    });
    await this.#sweep;
  }

  async #dropRevoked(): Promise<void> {
    const [monotonic, now] = [this.#clock.monotonic(), this.#clock.now()];
    const rows = await this.#db
      .selectFrom("certificate")
      .select("thumbprint")
      .where("revoked_at", ">=", this.#sweptUntil - CLOCKS_APART)
      .execute();
    this.#generation++;
    for (const { thumbprint } of rows) this.#known.delete(thumbprint);
    for (const [kiosk, until] of this.#doubtful) if (until <= monotonic) this.#doubtful.delete(kiosk);
    this.#sweptAt = monotonic;
    this.#sweptUntil = now;
  }
}

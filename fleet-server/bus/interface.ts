import type { Kysely, Transaction } from "kysely";
import type { Unsubscribe } from "../../base/observable.ts";
import type { FleetDatabase } from "../store/schema.ts";

/** What the instances tell each other. Small and lossy: it only says where to look. */
export type BusMessage =
  /** State, alerts or presence of these kiosks changed. */
  | { readonly topic: "kiosks"; readonly kiosks: readonly string[] }
  /** A command waits for a kiosk: whoever holds its socket sends it. */
  | { readonly topic: "command"; readonly kiosk: string; readonly command: string }
  /** The desired state of these kiosks changed: whoever holds their sockets tells them. */
  | { readonly topic: "desired"; readonly kiosks: readonly string[] }
  /** The identity of a kiosk was revoked: whoever holds its socket closes it. */
  | { readonly topic: "revoked"; readonly kiosk: string }
  | { readonly topic: "rollouts" }
  | { readonly topic: "enrolments" }
  | { readonly topic: "targets" }
  /** Made here, never sent: the line to the database was down, and what was published meanwhile was not heard. */
  | { readonly topic: "missed" };

/** Messages between the instances that share a database: LISTEN and NOTIFY, which PGlite has too. */
export interface Bus {
  /** Published when `within`'s transaction commits, at once without one. Reaches this instance too. */
  publish(message: BusMessage, within?: Transaction<FleetDatabase> | Kysely<FleetDatabase>): Promise<void>;
  subscribe(listener: (message: BusMessage) => void): Unsubscribe;
  close(): Promise<void>;
}

import type { StateSections } from "../../base/contracts/fleet/state.ts";
import type { AlertCode, AlertSeverity } from "../../base/registry/alerts.ts";
import type { Who } from "../../base/registry/errors.ts";
import type { OpeningHours } from "./opening-hours.ts";

/** What is known of one kiosk when its alerts are computed; instants and spans in milliseconds. */
export type Facts = StateSections & {
  readonly now: number;
  readonly enrolledAt: number | null;
  readonly retired: boolean;
  readonly openingHours: OpeningHours | null;
  readonly timeZone: string;
  /** Without a word until a kiosk counts as silent. */
  readonly silentAfter: number;
  /** Null: never heard. */
  readonly lastSeen: number | null;
  /** Whether the last request's connection showed the client certificate; null where none is expected. */
  readonly mutualTls: boolean | null;
  /** The certificate in use as far as the server issued it. */
  readonly certificate: { readonly issuedAt: number; readonly expiresAt: number } | null;
  /** Version by subject (`release` or a service id) of what the kiosk shall run. */
  readonly assigned: Readonly<Record<string, string>>;
  /** How the last try of an update ended. */
  readonly lastUpdate: { readonly result: string; readonly target: string; readonly code: string } | null;
  readonly clonedAt: number | null;
  readonly knockedAt: number | null;
};

/** Something that is wrong, before it is compared with what stood. */
export type Finding = {
  readonly code: AlertCode;
  readonly subject: string;
  readonly detail: string;
  /** Where the device itself says; else the registry's. */
  readonly severity?: AlertSeverity;
  readonly who?: Who;
  /** When it began, where that is known better than by when it was found. */
  readonly since?: number;
};

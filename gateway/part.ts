import type { Clock } from "../base/clock.ts";
import type { Result } from "../base/result.ts";
import type { Attachments } from "./attachments/attachments.ts";
import type { GatewayConfig } from "./config.ts";
import type { TurnState } from "./connectors/chileatiende.ts";
import type { CallFailure, InstitutionId, Operations, Verifier } from "./connectors/connector.ts";
import type { PhoneDocument } from "./delivery/documents.ts";
import type { Draft } from "./delivery/drafts.ts";
import type { Links } from "./delivery/links.ts";
import type { Probe } from "./health.ts";
import type { Logins } from "./login/logins.ts";
import type { Store } from "./store/database.ts";
import type { Records } from "./store/records.ts";
import type { SubmissionStore } from "./submissions/submission-store.ts";

export type TurnFinder = (folio: string, signal: AbortSignal) => Promise<Result<TurnState | undefined, CallFailure>>;

export type InstitutionsOptions = {
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly publicUrl: () => string;
  readonly submissions: SubmissionStore;
  readonly links: Links<PhoneDocument>;
  readonly drafts: Links<Draft>;
  readonly records: Records;
  readonly attachments: Attachments;
  readonly store: Store;
  /** The logins on phones, where ClaveÚnica is connected. */
  readonly logins: Logins | undefined;
};

/** What one institution, or one thing that it does, gives to the gateway. */
export type Part = Partial<Operations> & {
  readonly institution: InstitutionId;
  readonly probes: readonly Probe[];
  readonly verify?: Verifier;
  readonly turn?: TurnFinder;
  readonly closing: readonly { close(): Promise<void> }[];
};

/** Where a document of that institution is verified, on a page of this gateway. */
export function verificationUrl({ publicUrl }: InstitutionsOptions, institution: InstitutionId) {
  return (folio: string, code: string) =>
    `${publicUrl()}/v/${institution}/${encodeURIComponent(folio)}?c=${encodeURIComponent(code)}`;
}

/** What a kiosk shows for a phone. @param address of the pages that take such codes. */
export function phoneLink(address: string, { code, expiresAt }: { readonly code: string; readonly expiresAt: number }) {
  return { url: `${address}/${code}`, code, expiresAt: new Date(expiresAt).toISOString() };
}

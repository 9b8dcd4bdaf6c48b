/** Kept in a kiosk's `event` rows by the server itself: what the rules look back at. Partial indexes name them. */
export const CLONED_EVENT = "fleet.identity-cloned";
export const KNOCKING_EVENT = "fleet.identity-knocking";
/** How a try to reach a target ended: fields `target`, `result`, and `code` and `message` where it failed. */
export const UPDATE_EVENT = "fleet.update";
/** A request that the kiosk's own key signed was refused all the same: fields `thumbprint` and `code`. */
export const REFUSED_EVENT = "identity.refused";
export const SERVERS_OWN: readonly string[] = [CLONED_EVENT, KNOCKING_EVENT, UPDATE_EVENT, REFUSED_EVENT];

/** Milliseconds that an event of security keeps its alert standing. */
export const SECURITY_EVENT_STANDS = 24 * 3_600_000;

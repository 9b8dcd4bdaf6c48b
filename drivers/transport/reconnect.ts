import type { Schedule } from "../../base/schedule.ts";

/** By what a device that went away is looked for. */
export type Way = "device-file" | "network" | "card-service" | "ipp";

const FOR_EVER = { attempts: Number.POSITIVE_INFINITY };

/**
 * How often a device that is not there is looked for, for ever, by the way to it: the only table of it. A plug that is put in wakes the
 * wait for a device file (`hot-plug.ts`), so these are what remains where nobody tells.
 *
 * - `device-file`: a look costs nothing, and a citizen waits: the budget is one second from enumeration to service, also without a notice;
 * - `network`: an attempt is traffic and a socket at the far end, and a device that was switched on takes seconds anyway;
 * - `card-service`: PC/SC tells of readers by itself; only its service, which starts with the first client, is looked for;
 * - `ipp`: asking a printer that is away is one refused connection, and it is in service within a second of being switched on.
 */
export const RECONNECT: Readonly<Record<Way, Schedule>> = {
  "device-file": { first: 100, factor: 1.5, cap: 400, jitter: 0.2, ...FOR_EVER },
  network: { first: 100, factor: 1.5, cap: 1_000, jitter: 0.3, ...FOR_EVER },
  "card-service": { first: 250, factor: 2, cap: 1_000, jitter: 0, ...FOR_EVER },
  ipp: { first: 700, factor: 1, cap: 700, jitter: 0, ...FOR_EVER },
};

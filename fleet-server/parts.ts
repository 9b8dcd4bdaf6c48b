import { join } from "node:path";
import { coded } from "../base/registry/coded-error.ts";
import { err } from "../base/result.ts";
import type { FleetParts } from "./app.ts";
import type { FleetContext } from "./context.ts";

/**
 * The parts that this program is made of: the one place where their real implementations are put in. Where none is, a closed
 * door stands: nobody has an identity, so no kiosk is let in.
 */
export async function makeParts({ settings }: FleetContext): Promise<FleetParts> {
  const closed = async () => err(coded("fleet-server.overloaded", "identities are not set up"));
  const nothing = async () => {};
  const none = async () => {
    throw new Error("there are no kiosks");
  };
  return {
    identity: {
      ca: "",
      caFingerprint: "",
      authenticate: closed,
      newCode: none,
      enrol: closed,
      renew: closed,
      revoke: none,
    },
    director: { keys: [], etag: none, desired: none, send: none, changed: nothing },
    rollouts: {
      ...{ start: closed, act: closed, list: async () => [], get: async () => undefined },
      ...{ heard: nothing, tick: nothing, enrolled: nothing },
    },
    repository: { directory: join(settings.repository), root: {}, refresh: nothing, expiries: async () => ({}) },
  };
}

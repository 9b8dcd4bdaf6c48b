import { coded } from "../base/registry/coded-error.ts";
import { err } from "../base/result.ts";
import type { FleetContext } from "./context.ts";
import type { Director } from "./director/interface.ts";
import type { Rollouts } from "./rollouts/interface.ts";

export function closedRollouts(_context: FleetContext, _director: Director): Rollouts {
  const closed = async () => err(coded("fleet-server.overloaded", "rollouts are not set up"));
  const nothing = async () => {};
  return {
    ...{ start: closed, act: closed, list: async () => [], get: async () => undefined },
    ...{ heard: nothing, tick: nothing, enrolled: nothing },
  };
}

import { NutUps } from "../../../drivers/ups/driver.ts";
import { reachUps } from "../../../drivers/ups/reach.ts";
import type { ModelFactories } from "../devices.ts";

export const upses: ModelFactories<"ups"> = {
  nut: (options) => new NutUps({ ...options, ...reachUps(options.port, options.clock) }),
};

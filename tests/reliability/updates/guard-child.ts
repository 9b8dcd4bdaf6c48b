import * as nodeFs from "node:fs";
import { createProcessLogger } from "../../../base/node/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { ok } from "../../../base/result.ts";
import { runGuard } from "../../../fleet-agent/guard/process.ts";
import { unpackRelease } from "../../../fleet-agent/guard/testing/kit.ts";

/** The guard's process with an archive format of one JSON file. */
await runGuard({
  unpack: unpackRelease(nodeFs),
  verify: () => async () => ok(),
  clock: systemClock,
  log: createProcessLogger("guard"),
});

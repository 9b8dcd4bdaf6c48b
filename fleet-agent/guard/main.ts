import { RELEASE_LIMITS, unpackArchive } from "../../base/node/archive/unpack.ts";
import { createProcessLogger } from "../../base/node/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { ok } from "../../base/result.ts";
import { runGuard } from "./process.ts";

await runGuard({
  unpack: (file, directory) => unpackArchive(file, directory, RELEASE_LIMITS),
  // Length and digest were checked on the guard's own copy before this is asked.
  verify: () => async () => ok(),
  clock: systemClock,
  log: createProcessLogger("guard"),
});

import { RELEASE_LIMITS, unpackArchive } from "../../base/node/archive/unpack.ts";
import { createProcessLogger } from "../../base/node/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { runGuard } from "./process.ts";
import { createVerification } from "./verify-target.ts";

await runGuard({
  unpack: (file, directory) => unpackArchive(file, directory, RELEASE_LIMITS),
  verify: ({ trust, metadata }) => createVerification({ trust, metadata, clock: systemClock }),
  clock: systemClock,
  log: createProcessLogger("guard"),
});

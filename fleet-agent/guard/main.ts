import { RELEASE_LIMITS, unpackArchive } from "../../base/node/archive/unpack.ts";
import { createProcessLogger } from "../../base/node/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { verifyOffered } from "../update/verify-offered.ts";
import { runGuard } from "./process.ts";

const log = createProcessLogger("guard");

await runGuard({
  unpack: (file, directory) => unpackArchive(file, directory, RELEASE_LIMITS),
  verify:
    ({ trust, metadata, platform }) =>
    (claim, file) =>
      verifyOffered({ trust, offered: metadata, machine: platform, clock: systemClock, log }, claim, file),
  clock: systemClock,
  log,
});

import { homedir } from "node:os";
import { systemClock } from "../../base/node/system-clock.ts";
import { secretReader } from "./ask-secret.ts";
import { runFleetCli } from "./run.ts";

// The reader of a pipe may leave first (`| head`); then there is nobody to tell.
process.stdout.on("error", () => {});
const status = await runFleetCli(process.argv.slice(2), {
  clock: systemClock,
  env: process.env,
  home: homedir(),
  out: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  askSecret: secretReader(process.stdin, (text) => process.stderr.write(text)),
});
// Not before all that was written has left the process.
process.stdout.write("", () => process.exit(status));

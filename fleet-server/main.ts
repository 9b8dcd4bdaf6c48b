import { createProcessLogger } from "../base/node/log.ts";
import { onStop } from "../base/node/stop.ts";
import { systemClock } from "../base/node/system-clock.ts";
import { loadSettings } from "./load-settings.ts";
import { makeParts } from "./parts.ts";
import { startServer } from "./server.ts";

async function main(): Promise<void> {
  const log = createProcessLogger("fleet-server");
  const settings = loadSettings(process.argv.slice(2), process.env);
  if (!settings.ok) {
    process.stderr.write(`${settings.error.message}\n`);
    process.exitCode = 78;
    return;
  }
  const server = await startServer({
    ...{ settings: settings.value, clock: systemClock, random: Math.random, log, makeParts },
  }).catch((problem: unknown) => {
    const text = problem instanceof Error ? problem.message : String(problem);
    process.stderr.write(`The fleet server cannot start: ${text}\n`);
    process.exit(1);
  });
  process.stdout.write(`fleet ${server.console}\n`);
  log("process.started", { part: "fleet-server" });
  onStop((reason) => {
    void server.stop().then(() => {
      log("process.stopped", { part: "fleet-server", reason });
      process.exit(0);
    });
  });
}

if (import.meta.main) await main();

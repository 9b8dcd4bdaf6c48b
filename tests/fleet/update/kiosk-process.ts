import { systemClock } from "../../../base/node/system-clock.ts";
import { createUpdateClient } from "../../../fleet-agent/update/client.ts";

/** A kiosk's update as a process of its own, for tests that kill it. Arguments: address, directory, target. */
const [url = "", directory = "", path = ""] = process.argv.slice(2);
const client = createUpdateClient({
  metadataUrl: `${url}/metadata`,
  targetsUrl: `${url}/targets`,
  metadataDirectory: `${directory}/metadata`,
  targetsDirectory: `${directory}/targets`,
  clock: systemClock,
  random: () => 0.5,
  log: () => undefined,
});
const signal = new AbortController().signal;
process.send?.("ready");
process.once("message", () => {
  void (async () => {
    const refreshed = await client.refresh(signal);
    if (!refreshed.ok) throw new Error(refreshed.error.message);
    const found = await client.find(path, signal);
    if (!found.ok) throw new Error(found.error.message);
    const got = await client.download(found.value, signal);
    if (!got.ok) throw new Error(got.error.message);
    process.send?.("done");
    process.disconnect?.();
  })();
});

import { writeSync } from "node:fs";
import { systemClock } from "../../../../base/node/system-clock.ts";
import { assertOk } from "../../../../base/result.ts";
import { openStore } from "../../../../fleet-agent/store/store.ts";

/**
 * Appends and delivers as fast as it can, until it is killed. Each line on standard output is a batch as the server would
 * get it; whether the batch is acknowledged is left to chance. How much was appended is counted in the transaction of the report itself.
 */
const [directory = ""] = process.argv.slice(2);
const store = assertOk(openStore({ directory, clock: systemClock }), "store");

for (let round = 0; ; round++) {
  const appended = Number(store.values.get("appended") ?? 0) + 1;
  store.transaction(() => {
    store.outbox.append({ type: "event", event: "process.started", fields: { count: appended } });
    const sum = { hour: 0, service: "fonasa/bono-atencion", result: "completed", count: 1, seconds: 1 };
    store.outbox.append({ type: "counters", counters: [sum] });
    const update = { state: "idle" as const, target: `t${appended}` };
    const software = { release: "0.1.0", slot: null, packages: {}, update };
    store.outbox.append({ type: "state", state: { software } });
    store.values.set("appended", appended);
  });
  if (round % 3 !== 2) continue;
  const batch = store.outbox.next(20);
  writeSync(1, `${JSON.stringify(batch)}\n`);
  if (Math.random() < 0.7) store.outbox.acknowledge(batch.at(-1)?.sequence ?? 0);
}

import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { assertOk } from "../../../base/result.ts";
import { openJournal } from "../journal/journal.ts";

/** Writes effects as fast as it can, and says each state on standard output after the journal has returned; dies by SIGKILL. */
const [directory = ""] = process.argv.slice(2);
const journal = assertOk(openJournal({ directory, kiosk: "demo-1", clock: systemClock, log: silentLogger }), "journal");

for (;;) {
  const journey = randomUUID();
  journal.openJourney(journey, "fonasa/bono-atencion");
  const { key, ticket } = journal.intend(journey, { name: "charge-1", kind: "charge", amount: 1500, ticketLength: 6 });
  say(key, "intended", ticket);
  journal.advance(key, "sent");
  say(key, "sent", ticket);
  journal.advance(key, "done", "approved", { ticket });
  say(key, "done", ticket);
}

function say(key: string, state: string, ticket: string | null): void {
  writeSync(1, `${key} ${state} ${ticket}\n`);
}

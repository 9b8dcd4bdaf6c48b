import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogger, type LogRecord } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { assertOk } from "../../../base/result.ts";
import { type Agent, startAgent } from "../../../fleet-agent/agent.ts";
import { enrol } from "../../../fleet-agent/identity/enrol.ts";
import { openIdentity } from "../../../fleet-agent/identity/identity.ts";
import { createRuntimeLink } from "../../../fleet-agent/runtime-link/link.ts";
import { settingsSchema } from "../../../fleet-agent/settings.ts";
import { type OpenedStore, openStore } from "../../../fleet-agent/store/store.ts";
import { finishes, leaves, PERSON, paysWithCard, takesCard, toTerminal } from "../../e2e/journeys/walk.ts";
import { GuardStandIn, SoftwareStandIn } from "../../fleet/agent/support/stand-ins.ts";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import { type Fleet, startFleet } from "./kit.ts";

let fleet: Fleet;
let stack: KioskStack;
let agent: Agent;
let store: OpenedStore;
let link: ReturnType<typeof createRuntimeLink>;
let directory: string;
const agentLog: LogRecord[] = [];
const log = createLogger("agent", (record) => void agentLog.push(record));

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "privacy-"));
  fleet = await startFleet();
  stack = await KioskStack.start();
  const { code, caFingerprint } = await fleet.newCode("demo-1");
  const enrolled = await enrol({
    ...{ directory, server: fleet.server.devices, code, clock: systemClock },
    ...{ trust: { kind: "fingerprint", sha256: caFingerprint }, machine: { hostname: "box", platform: "linux" } },
  });
  assertOk(enrolled, "enrolment");
  const data = join(directory, "data");
  mkdirSync(data);
  const clock = systemClock;
  store = assertOk(openStore({ directory: data, clock }), "store");
  const runtimeSocket = join(stack.directory, "control.sock");
  link = createRuntimeLink({ socketPath: runtimeSocket, clock, random: Math.random, log });
  agent = startAgent({
    ...{ version: "1.0.0", serverCa: undefined, store, link, clock, random: Math.random, log },
    identity: assertOk(openIdentity(directory, clock), "identity"),
    ...{ software: new SoftwareStandIn(), guard: new GuardStandIn() },
    settings: settingsSchema.parse({
      ...{ server: fleet.server.devices, identity: directory, data, runtimeSocket, builtInServices: directory },
      ...{ guard: { requests: directory, state: join(directory, "state.json") }, logs: { runtime: logFile() } },
    }),
  });
});
afterAll(async () => {
  await agent?.stop();
  await link?.stop();
  store?.close();
  await stack?.stop();
  await fleet?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const logFile = () => join(directory, "runtime.log");

/** All that the fleet's database holds, as text. */
async function everythingInTheFleet(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public'`.execute(fleet.db);
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ text: string | null }>`
      select string_agg(t::text, ' ') as text from ${sql.table(name)} t`.execute(fleet.db);
    texts.push(rows[0]?.text ?? "");
  }
  return texts.join("\n");
}

function everythingOfTheAgent(): string {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => join(directory, name))
    .filter((path) => path !== logFile() && statSync(path).isFile())
    .map((path) => readFileSync(path))
    .map((bytes) => `${bytes.toString("latin1")}${bytes.toString("utf8")}`)
    .join("\n");
}

test("of the citizen who bought a bono, nothing is with the agent, in its reports, in its logs or in the fleet", async () => {
  await toTerminal(stack);
  await paysWithCard(stack);
  await stack.takesPapers(2);
  const folio = (await finishes(stack)).reference?.value ?? "";
  expect(folio).toMatch(/^\d{9}$/);
  await takesCard(stack);
  await leaves(stack);
  const delivered = fleet.db.selectFrom("counter").select("result").where("result", "=", "delivered");
  await until("the fleet counted the journey", async () => (await delivered.executeTakeFirst()) !== undefined, 30_000);

  // What a part might write by mistake beside its log, or in a field that the registry does not have.
  const slips = [
    `RUN ${PERSON.run} Rosa Muñoz rosa@example.org ${folio}`,
    JSON.stringify({
      event: "process.started",
      part: "runtime",
      fields: { part: "runtime", run: PERSON.run, name: "Rosa" },
    }),
    JSON.stringify({
      event: "process.started",
      part: `Rosa ${PERSON.run}`,
      time: "Rosa",
      run: PERSON.run,
      fields: null,
    }),
    JSON.stringify({ event: "citizen.rosa", fields: { run: PERSON.run } }),
  ];
  writeFileSync(logFile(), [...slips, ...stack.logs].join("\n"));
  const command = { command: { name: "logs", part: "runtime", lines: 2_000 } };
  const sent = await fleet.administrator.send("POST", "/kiosks/demo-1/commands", command);
  const { id } = (await sent.json()) as { id: string };
  await until(
    "the logs are there",
    async () => (await fleet.administrator.send("GET", `/commands/${id}/logs`)).ok,
    30_000,
  );
  const uploaded = (await fleet.administrator.get(`/commands/${id}/logs`)) as { records: object[] };
  expect(uploaded.records.length).toBeGreaterThan(3);

  const places = {
    fleet: await everythingInTheFleet(),
    fleetLog: JSON.stringify(fleet.log),
    agent: everythingOfTheAgent(),
    agentLog: JSON.stringify(agentLog),
  };
  expect(places.fleet).toContain("demo-1");
  expect(places.agent).toContain("demo-1");
  const words = [PERSON.run, PERSON.typed, "12.345.678", "12345678", "Rosa", "Muñoz", "rosa@", folio];
  const found = Object.entries(places).flatMap(([place, text]) =>
    words.filter((word) => text.includes(word)).map((word) => `${word} in ${place}`),
  );
  expect(found).toEqual([]);
});

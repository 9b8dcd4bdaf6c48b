import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { SimulatedClock } from "../../../base/clock.ts";
import { pause } from "../../../base/deadline.ts";
import { createLogger, type LogRecord } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { assertOk } from "../../../base/result.ts";
import { makeParts } from "../../../fleet-server/parts.ts";
import { initRepository } from "../../../fleet-server/repository/make.ts";
import { startServer } from "../../../fleet-server/server.ts";
import { settingsSchema } from "../../../fleet-server/settings.ts";
import { StaffBrowser } from "../../fleet/api/console-kit.ts";

/** Milliseconds between two small steps of the clock. */
const STEP = 10;

/** What a refusal must not leave anything in. */
const TABLES = [
  ...["kiosk", "kiosk_live", "kiosk_state", "stream", "counter", "alert", "command", "certificate", "target"],
  ...["rollout", "assignment", "staff", "audit", "readiness", "enrolment"],
];

export type Fleet = Awaited<ReturnType<typeof startFleet>>;

/** The whole fleet server with all its real parts, over TLS, on a clock that goes by itself and can be moved on. */
export async function startFleet(change: Record<string, unknown> = {}) {
  const base = mkdtempSync(join(tmpdir(), "fleet-adversary-"));
  const clock = new SimulatedClock(systemClock.now());
  const repository = join(base, "repository");
  const keys = join(base, "keys");
  assertOk(
    await initRepository({ directory: repository, keys: join(base, "offline"), onlineKeys: keys, clock }),
    "repository",
  );
  const log: LogRecord[] = [];
  const settings = settingsSchema.parse({
    ...{ stateDirectory: base, repository, keys, demo: true },
    ...{ console: { port: 0 }, devices: { port: 0 } },
    ...change,
  });
  const pumping = pump(clock);
  const server = await startServer({
    ...{ settings, clock, random: Math.random, makeParts },
    log: createLogger("fleet-server", (record) => void log.push(record)),
  });
  const { db } = server.context;
  const administrator = new StaffBrowser(server.console);
  const signedIn = await administrator.signIn("administrador");
  if (!signedIn.ok) throw new Error(`sign-in: ${signedIn.status}`);
  return {
    ...{ base, clock, log, server, db, administrator },
    /** How many rows each table has. */
    rows: async () => {
      const counts = TABLES.map((name) => sql`${name}::text, (select count(*) from ${sql.table(name)})`);
      const { rows } = await sql<{ counts: object }>`select json_build_object(${sql.join(counts)}) as counts`.execute(
        db,
      );
      return rows[0]?.counts;
    },
    /** Refused device requests so far, by code. */
    refused: async (code: string) => {
      const text = await (await fetch(`${server.console}/metrics`)).text();
      const line = text
        .split("\n")
        .find(
          (each) => each.startsWith("ventanilla_fleet_device_requests_refused_total") && each.includes(`"${code}"`),
        );
      return Number(line?.split(" ").at(-1) ?? 0);
    },
    newCode: async (kiosk: string, expiresIn = 600) => {
      const asked = { kiosk, place: `Oficina ${kiosk}`, site: "Santiago", expiresIn };
      const response = await administrator.send("POST", "/enrolments", asked);
      return (await response.json()) as { code: string; caFingerprint: string; server: string; id: string };
    },
    stop: async () => {
      await server.stop();
      await pumping.stop();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** Lets simulated time go on with real time, so that what waits a little for more to come does not wait for ever. */
function pump(clock: SimulatedClock) {
  const ending = new AbortController();
  const work = (async () => {
    while (await pause(systemClock, STEP, ending.signal)) await clock.advance(STEP);
  })();
  return {
    stop: async () => {
      ending.abort();
      await work;
    },
  };
}

export const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes);
export const nonce = () => randomBytes(18).toString("base64url");

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { journeyPageSchema } from "../../../base/contracts/runtime-control.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { assertOk } from "../../../base/result.ts";
import { enrol } from "../../../fleet-agent/identity/enrol.ts";
import { journeyCountersSchema } from "../../../fleet-server/api/contract/kiosks.ts";
import { Part } from "../../../scripts/demo/part.ts";
import type { Citizen } from "../../support/citizen.ts";
import type { FleetConsole } from "../../support/fleet-console.ts";
import { FleetWorld } from "../../support/fleet-world.ts";
import { until } from "../../support/until.ts";

let world: FleetWorld;
let console: FleetConsole;
let citizen: Citizen;

beforeAll(async () => {
  world = await FleetWorld.start();
  console = await world.console("administrador");
  citizen = await world.citizen();
}, 240_000);
afterAll(() => world?.stop());

describe("while something is away", () => {
  test("what happens at a kiosk without the fleet server arrives once when it is back", async () => {
    await visitsAndLeaves();
    await world.demo.parts.fleet.stop();
    await visitsAndLeaves();
    await visitsAndLeaves();
    await world.operator.act("receipt-printer", "paperEnd");
    await citizen.page.goto(world.kiosk("demo-1").address);
    await citizen.sees("attract");
    await citizen.touches("START");
    await expect.poll(() => citizen.words(), { timeout: 60_000 }).toContain("no se puede imprimir");
    await citizen.touches("LEAVE");
    await world.demo.parts.fleet.start();
    await console.opens("/");
    await console.trouble("demo-1").getByText("Impresora sin papel").waitFor({ timeout: 60_000 });
    await world.operator.act("receipt-printer", "loadPaper");
    await console.trouble("demo-1").waitFor({ state: "detached" });
    await citizen.sees("attract");
    await visitsAndLeaves();
    const ended = await endedJourneys();
    expect(ended).toBe(4);
    await until("every journey is counted", async () => (await countedJourneys()) === ended, 60_000);
    world.kiosk("demo-1").parts.agent.kill();
    await visitsAndLeaves();
    await until("the next one too", async () => (await countedJourneys()) === ended + 1, 60_000);
  });

  test("agent, runtime and fleet server killed in the middle of a release: every kiosk ends in it", async () => {
    await console.rollsOut("Versión del programa 0.1.1");
    const rollout = console.page.url();
    const { parts } = world.kiosk("demo-1");
    await until("demo-1 is on trial", async () => guardSays("demo-1").includes('"trial":{'), 90_000);
    parts.agent.kill();
    world.demo.parts.fleet.kill();
    await until("the fleet server is gone", () => world.demo.parts.fleet.pid === undefined);
    parts.runtime.kill();
    await world.demo.parts.fleet.start();
    await console.page.goto(rollout);
    await console.rolloutIs("Terminado", 180_000);
    for (const { id } of world.demo.kiosks) {
      const { version, mode } = await until("it answers", () => world.runtime(id).catch(() => undefined));
      expect({ id, version, mode }).toEqual({ id, version: "0.1.1", mode: "in-service" });
    }
  }, 300_000);
});

describe("identities", () => {
  test("a copy of a kiosk's identity is seen, and refused", async () => {
    const copy = join(world.directory, "clone");
    const original = world.kiosk("demo-2").directory;
    mkdirSync(copy);
    for (const name of ["identity", "agent"]) cpSync(join(original, name), join(copy, name), { recursive: true });
    const settings = parse(readFileSync(join(original, "agent.yaml"), "utf8"));
    const places = { identity: join(copy, "identity"), data: join(copy, "agent"), credentials: join(copy, "shown") };
    const runtimeSocket = join(copy, "nothing.sock");
    writeFileSync(join(copy, "agent.yaml"), stringify({ ...settings, ...places, runtimeSocket }));
    const clone = new Part({
      name: "agent",
      program: join(original, "slots", "current", "agent", "main.js"),
      arguments: ["--config", join(copy, "agent.yaml")],
      log: () => {},
      onCrash: () => {},
    });
    await clone.start();
    try {
      await console.opens("/kiosks/demo-2");
      const wrong = console.page.locator(".troubles--stacked");
      await wrong.getByText("Identidad usada por dos equipos").waitFor({ timeout: 90_000 });
      expect(await wrong.textContent()).toContain("revoque la identidad y enrole de nuevo el verdadero");
    } finally {
      await clone.stop();
      rmSync(copy, { recursive: true });
    }
  });

  test("a revoked kiosk is refused by fleet server and gateway, and a new code brings it back", async () => {
    const box = world.kiosk("demo-3");
    await console.opens("/kiosks/demo-3");
    await console.page.getByRole("button", { name: "Revocar la identidad" }).click();
    await console.page.getByLabel("Motivo, obligatorio").fill("Robado");
    await console.page.getByLabel("Escriba demo-3 para confirmar").fill("demo-3");
    await console.page.getByRole("button", { name: "Revocar ahora" }).click();
    await console.page.getByText("Revocado el").waitFor({ state: "attached" });
    await console.opens("/");
    await console.trouble("demo-3").getByText("Un equipo revocado intenta entrar").waitFor({ timeout: 60_000 });
    await until("the gateway refuses it", async () => !(await world.runtime("demo-3")).gatewayReachable, 60_000);

    await console.opens("/enrolment");
    await console.page.getByLabel("Identificador del tótem").fill("demo-3");
    await console.page.getByLabel("Nombre del lugar").fill("ChileAtiende Arica (simulado)");
    await console.page.getByLabel("Sitio").fill("Arica");
    await console.page.getByLabel("Anillo").fill("general");
    await console.page.getByRole("button", { name: "Crear código" }).click();
    const code = (await console.page.locator(".made__code").textContent()) ?? "";
    const server = (await console.page.locator(".made__server").textContent()) ?? "";
    const fingerprint = (await console.page.locator(".made__print").textContent()) ?? "";
    await box.parts.agent.stop();
    const enrolled = await enrol({
      directory: join(box.directory, "identity"),
      ...{ server, code, trust: { kind: "fingerprint", sha256: fingerprint }, replace: true },
      machine: { hostname: "demo-3", platform: `${process.platform}-${process.arch}` },
      clock: systemClock,
    });
    expect(assertOk(enrolled, "enrolment").kiosk).toBe("demo-3");
    await box.parts.agent.start();
    await console.opens("/");
    await console.trouble("demo-3").waitFor({ state: "detached", timeout: 60_000 });
    await until("the gateway serves it", async () => (await world.runtime("demo-3")).gatewayReachable, 60_000);
  }, 240_000);
});

/** A citizen who opens a service and leaves: one journey that ended. */
async function visitsAndLeaves(): Promise<void> {
  const before = await endedJourneys();
  await citizen.page.goto(world.kiosk("demo-1").address);
  await citizen.touches("START");
  await citizen.touches("OPEN_SERVICE", /nacimiento/i);
  await citizen.sees("inform");
  await citizen.touches("LEAVE");
  await citizen.sees("attract");
  await until("the journey has ended", async () => (await endedJourneys()) === before + 1);
}

async function endedJourneys(): Promise<number> {
  const page = journeyPageSchema.parse(await world.control("demo-1", "/v1/journeys?after=0&limit=200"));
  return page.journeys.length;
}

async function countedJourneys(): Promise<number> {
  const { hours } = journeyCountersSchema.parse(await world.staff.call("GET", "/kiosks/demo-1/journeys"));
  return hours.reduce((sum, { count }) => sum + count, 0);
}

function guardSays(kiosk: string): string {
  const file = join(world.kiosk(kiosk).directory, "guard", "state.json");
  return existsSync(file) ? readFileSync(file, "utf8").replaceAll(/\s/g, "") : "";
}

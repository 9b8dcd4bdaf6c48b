import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Citizen } from "../../support/citizen.ts";
import type { FleetConsole } from "../../support/fleet-console.ts";
import { FleetWorld } from "../../support/fleet-world.ts";

let world: FleetWorld;
let console: FleetConsole;
let citizen: Citizen;

beforeAll(async () => {
  world = await FleetWorld.start();
  console = await world.console("administrador");
  citizen = await world.citizen();
}, 240_000);
afterAll(() => world?.stop());

describe("what staff see", () => {
  test("three kiosks work", async () => {
    await console.page.getByText("Todo funciona").waitFor({ timeout: 30_000 });
    await console.opens("/kiosks");
    const rows = console.page.locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(3);
    for (const row of await rows.all()) expect(await row.textContent()).toContain("Funciona");
  });

  test("torn paper is told within five seconds: where, what, since when, what citizens see and who must act; new paper clears it", async () => {
    await console.opens("/");
    await console.isLive();
    await world.operator.act("receipt-printer", "paperEnd");
    const trouble = console.trouble("demo-1");
    await trouble.waitFor({ timeout: 5_000 });
    const words = await trouble.textContent();
    for (const expected of [
      "Impresora sin papel",
      "ChileAtiende (demostración)",
      "Ven «Fuera de servicio»",
      "Personal del local",
      "Cargue un rollo",
    ])
      expect(words).toContain(expected);
    expect(await trouble.locator(".facts__since time").getAttribute("datetime")).not.toBeNull();
    await world.operator.act("receipt-printer", "loadPaper");
    await console.page.getByText("Todo funciona").waitFor({ timeout: 5_000 });
  });
});

describe("what is released", () => {
  test("a new service appears between two citizens, without a restart", async () => {
    const { boot } = await world.runtime("demo-1");
    await citizen.touches("START");
    await citizen.touches("OPEN_SERVICE", /nacimiento/i);
    await citizen.sees("inform");
    await citizen.touches("CONTINUE");
    await citizen.sees("identify");

    await console.rollsOut("srcei/certificado-matricula 1.0.0");
    await console.opens("/kiosks/demo-1");
    await console.page.getByText("Espera a que se desocupe").waitFor({ timeout: 30_000 });
    await citizen.sees("identify");
    expect((await world.runtime("demo-1")).services).toHaveLength(2);
    await citizen.touches("LEAVE");
    await citizen.sees("attract");
    await expect.poll(async () => (await world.runtime("demo-1")).services.length, { timeout: 20_000 }).toBe(3);
    await citizen.touches("START");
    await citizen.sees("services");
    expect(await citizen.words()).toContain("Certificado para matrícula");
    expect((await world.runtime("demo-1")).boot).toBe(boot);
    await citizen.touches("LEAVE");
    await console.opens("/releases");
    await console.page.locator("[data-rollout] .badge", { hasText: "Terminado" }).waitFor({ timeout: 60_000 });
  });
});

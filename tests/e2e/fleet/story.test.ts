import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
      "Ven en gris los trámites que imprimen",
      "Personal del local",
      "Cargue un rollo",
    ])
      expect(words).toContain(expected);
    await console.picture("now");
    await console.picture("now-phone", "phone");
    expect(await trouble.locator(".facts__since time").getAttribute("datetime")).not.toBeNull();
    await world.operator.act("receipt-printer", "loadPaper");
    await console.page.getByText("Todo funciona").waitFor({ timeout: 5_000 });
  });
});

describe("what is released", () => {
  test("a new service appears between two citizens, without a restart", async () => {
    const { boot, services } = await world.runtime("demo-1");
    await toIdentify();

    await console.rollsOut("srcei/certificado-matricula 1.0.0");
    await console.opens("/kiosks/demo-1");
    await console.page.getByText("Espera a que se desocupe").waitFor({ timeout: 30_000 });
    await citizen.sees("identify");
    expect((await world.runtime("demo-1")).services).toHaveLength(services.length);
    await citizen.touches("LEAVE");
    await citizen.sees("attract");
    await expect
      .poll(async () => (await world.runtime("demo-1")).services.length, { timeout: 60_000 })
      .toBe(services.length + 1);
    await citizen.touches("START");
    await citizen.sees("services");
    expect(await citizen.words()).toContain("Certificado para matrícula");
    expect((await world.runtime("demo-1")).boot).toBe(boot);
    await citizen.touches("LEAVE");
    await console.opens("/releases");
    await console.page.locator("[data-rollout] .badge", { hasText: "Terminado" }).waitFor({ timeout: 60_000 });
  });

  test("a release is switched when the citizen has left, ring by ring", async () => {
    await toIdentify();
    await console.rollsOut("Versión del programa 0.1.1");
    const rollout = console.page.url();
    await console.opens("/kiosks/demo-1");
    await console.page.getByText("Espera a que se desocupe").waitFor({ timeout: 60_000 });
    await world.operator.act("code-reader", "present-card", { run: "12345678-5" });
    await citizen.sees("choose");
    expect((await world.runtime("demo-1")).version).toBe("0.1.0");
    await leavesForGood();
    await until("the new release runs", async () => (await versionOf("demo-1")) === "0.1.1", 60_000);
    await console.page.goto(rollout);
    await console.rolloutIs("Terminado", 150_000);
    expect(await Promise.all(["demo-2", "demo-3"].map(versionOf))).toEqual(["0.1.1", "0.1.1"]);
    expect((await world.runtime("demo-1")).services.map(({ id }) => id)).toContain("srcei/certificado-matricula");
  });

  test("a broken release goes back by itself and halts its rollout; cancelling that ends the alert", async () => {
    await console.rollsOut("Versión del programa 0.1.2");
    const rollout = console.page.url();
    await console.rolloutIs("Detenido", 150_000);
    const words = await console.page.locator("main").textContent();
    await console.picture("halted");
    expect(words).toContain("En el anillo pilot falló o calló 1 de 1; se admite hasta el 0 %.");
    expect(words).toContain("guard.crash-loop");
    expect(words).toContain("Todavía no comienza");
    await until("back in service", async () => (await world.runtime("demo-1")).mode === "in-service", 30_000);
    expect(await Promise.all(["demo-1", "demo-2", "demo-3"].map(versionOf))).toEqual(["0.1.1", "0.1.1", "0.1.1"]);

    await console.opens("/");
    const trouble = console.trouble("demo-1");
    await trouble.getByText("Volvió a la versión anterior").waitFor();
    await console.page.goto(rollout);
    await console.page.getByRole("button", { name: "Cancelar el despliegue" }).click();
    await console.page.getByRole("dialog").getByRole("button", { name: "Cancelar el despliegue" }).click();
    await console.rolloutIs("Cancelado", 10_000);
    await console.opens("/");
    await trouble.waitFor({ state: "detached", timeout: 30_000 });
  });
});

describe("what is asked of a kiosk", () => {
  test("a test print comes out, and its result stands on the kiosk's page", async () => {
    await console.opens("/kiosks/demo-1");
    const line = await console.sends("Imprimir una prueba", {}, "Rollo nuevo");
    await until("a ticket", async () => (await world.operator.state("receipt-printer")).ticketInMouth === true);
    await world.operator.act("receipt-printer", "takeTicket");
    await line.getByText("Hecho").waitFor();
    await console.picture("kiosk");
    await console.picture("kiosk-phone", "phone");
    expect(JSON.stringify(await world.operator.texts("receipt-printer"))).toContain("Prueba de impresión");
  });

  test("maintenance closes the kiosk for citizens and is no fault; resuming opens it", async () => {
    await console.opens("/kiosks/demo-1");
    const closed = await console.sends("Poner en mantención");
    await closed.getByText("Hecho").waitFor();
    await citizen.page.goto(world.kiosk("demo-1").address);
    await citizen.sees("out-of-service");
    expect(await citizen.words()).toContain("Este equipo no está atendiendo");
    await console.page.locator(".lead-parts .badge", { hasText: "Cerrado a propósito" }).waitFor();
    const opened = await console.sends("Volver a atender");
    await opened.getByText("Hecho").waitFor();
    await citizen.sees("attract");
  });

  test("a restart waits for the citizen", async () => {
    const { boot } = await world.runtime("demo-1");
    await toIdentify();
    await console.opens("/kiosks/demo-1");
    const line = await console.sends("Reiniciar una parte");
    await line.getByText("En curso").waitFor();
    await citizen.touches("LEAVE");
    await line.getByText("Hecho").waitFor({ timeout: 60_000 });
    expect((await world.runtime("demo-1")).boot).not.toBe(boot);
  });

  test("logs come without personal data", async () => {
    await toIdentify();
    await world.operator.act("code-reader", "present-card", { run: "12345678-5" });
    await citizen.sees("choose");
    await leavesForGood();
    await console.opens("/kiosks/demo-1");
    const line = await console.sends("Pedir registros", { "Cuántas líneas": "500" });
    await line.getByRole("button", { name: "Ver registros" }).click();
    const logs = console.page.getByRole("dialog").locator(".logs");
    await expect.poll(() => logs.textContent()).toContain("runtime.");
    expect(await logs.textContent()).not.toMatch(/12345678|12\.345\.678/);
  });
});

async function toIdentify(): Promise<void> {
  await citizen.page.goto(world.kiosk("demo-1").address);
  await citizen.touches("START");
  await citizen.touches("OPEN_SERVICE", /nacimiento/i);
  await citizen.sees("inform");
  await citizen.touches("CONTINUE");
  await citizen.sees("identify");
}

/** Where something would be lost, the kiosk asks first. */
async function leavesForGood(): Promise<void> {
  await citizen.touches("LEAVE");
  await citizen.touches("LEAVE", "Sí, salir");
}

async function versionOf(kiosk: string): Promise<string | undefined> {
  return await world.runtime(kiosk).then(
    ({ version }) => version,
    // Between two starts nobody answers.
    () => undefined,
  );
}

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { newCommandSchema } from "../../../fleet-server/api/contract/kiosks.ts";
import { buildConsole } from "../../../scripts/build-console.ts";
import { type ConsoleApi, startConsoleApi } from "../../support/console-api.ts";
import { alertOf } from "../../support/console-data.ts";
import { STAFF } from "../../support/console-state.ts";
import { launchChromium } from "../ui/browser.ts";
import { DESKTOP, faultsOf, goTo, type Visit, visit } from "./console-browser.ts";

let browser: Browser;
let api: ConsoleApi;
let open: Visit[] = [];

beforeAll(async () => {
  await buildConsole();
  browser = await launchChromium();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  api = await startConsoleApi();
});
afterEach(async () => {
  const errors = open.flatMap((each) => each.errors);
  for (const { context } of open) await context.close();
  open = [];
  await api.close();
  expect(errors).toEqual([]);
});

async function openAs(staff: string | undefined, path: string) {
  const visited = await visit(browser, api, DESKTOP, staff);
  open.push(visited);
  await goTo(visited.page, api, path);
  return visited.page;
}

/** Presses Tab until what has the focus is called `name`, as somebody without a pointer does. */
async function tabTo(page: Visit["page"], name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => {
      const element = document.activeElement;
      const label =
        element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels?.[0] : null;
      return (label ?? element)?.textContent?.trim() ?? "";
    });
    if (here === name) return;
  }
  throw new Error(`Tab never reached ${name}`);
}

test("with the keyboard alone: sign in, see what is wrong, open the kiosk, send a command and hear how it went", async () => {
  const page = await openAs(undefined, "/");
  await page.locator(".demo").waitFor();
  await tabTo(page, "Usuario");
  await page.keyboard.type("operador");
  await page.keyboard.press("Tab");
  await page.keyboard.type(STAFF.password);
  await page.keyboard.press("Enter");

  await page.getByRole("heading", { level: 1, name: "Ahora" }).waitFor();
  await page.locator("[data-kiosk=valdivia-01]").waitFor();
  await tabTo(page, "ChileAtiende Valdivia, módulo 1");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "ChileAtiende Valdivia, módulo 1" }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");

  await page.getByRole("heading", { name: "Órdenes" }).waitFor();
  await tabTo(page, "Enviar una orden");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await tabTo(page, "Orden");
  await page.keyboard.type("Cerrar");
  await expect.poll(() => dialog.locator(".note").first().textContent()).toContain("el tótem está cerrado");
  expect(await faultsOf(page)).toEqual([]);
  await tabTo(page, "Motivo");
  await page.keyboard.type("Corte de luz programado");
  await page.keyboard.press("Enter");

  const line = page.locator("[data-command=drain]");
  await line.getByText("En espera del tótem").waitFor();
  const [sent] = api.effects;
  expect(sent?.operation).toBe("sendCommand");
  expect(newCommandSchema.parse(sent?.body)).toMatchObject({
    command: { name: "drain" },
    reason: "Corte de luz programado",
  });

  api.state.commands = api.state.commands.map((row) => ({
    ...row,
    state: row.command.name === "drain" ? "done" : row.state,
  }));
  api.tell({ type: "kiosks", kiosks: ["valdivia-01"] });
  await line.getByText("Hecho").waitFor();
  await page.getByRole("status").getByText("Cerrar con suavidad: Hecho.").waitFor();
});

test("a change is shown when the server tells of it, and a new critical alert is said aloud", async () => {
  const page = await openAs("operador", "/");
  await page.locator("[data-live=live]").waitFor();
  expect(await page.locator("[data-kiosk=arica-02]").count()).toBe(0);

  const now = Date.now();
  api.state.kiosks = api.state.kiosks.map((kiosk) =>
    kiosk.id === "arica-02"
      ? {
          ...kiosk,
          condition: "critical",
          alerts: [alertOf(kiosk.id, 0, { code: "printer-paper-empty", severity: "critical" }, now)],
        }
      : kiosk,
  );
  api.tell({ type: "kiosks", kiosks: ["arica-02"] });
  await page.locator("[data-kiosk=arica-02]").waitFor({ timeout: 5_000 });
  await expect.poll(() => page.title()).toContain("(3)");
  await page.getByRole("status").getByText("ChileAtiende Arica, módulo 2:").waitFor();
});

test("a cut stream is admitted, and what was missed is fetched when it is back", async () => {
  const page = await openAs("operador", "/");
  await page.locator("[data-live=live]").waitFor();
  api.live = false;
  api.dropLive();
  await page.locator("[data-live=reconnecting]").waitFor();

  api.state.kiosks = api.state.kiosks.map((kiosk) => ({ ...kiosk, condition: "ok", alerts: [] }));
  api.live = true;
  await page.locator("[data-live=live]").waitFor({ timeout: 15_000 });
  await page.getByText("Todo funciona").waitFor();
});

test("a refusal is told in place, what was typed stays, and trying again works", async () => {
  const page = await openAs("tecnica", "/enrolment");
  await page.getByLabel("Identificador del tótem").fill("osorno-02");
  await page.getByLabel("Nombre del lugar").fill("ChileAtiende Osorno");
  await page.getByLabel("Sitio").fill("Osorno");
  api.failNext("newEnrolment", 409, "console.kiosk-retired");
  await page.getByRole("button", { name: "Crear código" }).click();
  await page.getByRole("alert").getByText("El tótem está retirado").waitFor();
  expect(await page.getByLabel("Identificador del tótem").inputValue()).toBe("osorno-02");

  await page.getByRole("button", { name: "Crear código" }).click();
  await page.getByText("7K3M-Q9TX-2BVH").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Ya lo anoté" }).click();
  expect(await page.getByText("7K3M-Q9TX-2BVH").count()).toBe(0);
});

test("when the session ends in the middle of a form, the form is still there after signing in again", async () => {
  const page = await openAs("tecnica", "/kiosks/valdivia-01");
  await page.getByRole("button", { name: "Editar" }).click();
  await page.getByLabel("Notas").fill("Llave nueva en portería");
  api.endSessions();
  await page.getByRole("button", { name: "Guardar cambios" }).click();
  const again = page.getByRole("dialog", { name: "Su sesión terminó" });
  await again.getByLabel("Usuario").fill("tecnica");
  await again.getByLabel("Contraseña").fill(STAFF.password);
  await again.getByRole("button", { name: "Entrar", exact: true }).click();
  await again.waitFor({ state: "detached" });

  expect(await page.getByLabel("Notas").inputValue()).toBe("Llave nueva en portería");
  await page.getByRole("button", { name: "Guardar cambios" }).click();
  await page.getByText("Llave nueva en portería").waitFor();
});

test("while the server fails or the network is gone, what was known stays with its age, and comes right by itself", async () => {
  const page = await openAs("operador", "/");
  await page.locator("[data-live=live]").waitFor();
  api.failNext("now", 500, "console.internal");
  api.tell({ type: "kiosks", kiosks: [] });
  const note = page.getByRole("alert");
  await note.getByText("El servidor falló").waitFor();
  await note.getByText(/Se muestra lo que se sabía a las \d\d:\d\d/).waitFor();
  expect(await page.locator("[data-kiosk=valdivia-01]").count()).toBe(1);
  await page.getByRole("button", { name: "Intentar otra vez" }).click();
  await note.waitFor({ state: "detached" });

  await page.context().setOffline(true);
  await page.getByRole("link", { name: "Tótems", exact: true }).click();
  await page.getByRole("alert").getByText("No hay conexión con el servidor").waitFor();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Intentar otra vez" }).click();
  await page.getByText("36 tótems", { exact: true }).waitFor();
});

test("filters stand in the address: the same link shows the same list", async () => {
  const page = await openAs("observador", "/kiosks");
  await page.keyboard.press("/");
  await page.keyboard.type("valpara");
  await expect.poll(() => new URL(page.url()).search).toBe("?search=valpara");
  await page.getByLabel("Estado").selectOption("warning");
  await page.getByText("2 tótems", { exact: true }).waitFor();

  const other = await openAs("observador", new URL(page.url()).pathname + new URL(page.url()).search);
  await other.getByText("2 tótems", { exact: true }).waitFor();
  expect(await other.getByLabel("Estado").inputValue()).toBe("warning");
});

test("nothing is offered that the server would refuse", async () => {
  const page = await openAs("observador", "/kiosks/valdivia-01");
  await page.getByRole("heading", { name: "Órdenes" }).waitFor();
  for (const name of ["Enviar una orden", "Editar", "Revocar la identidad", "Ver registros"])
    expect(await page.getByRole("button", { name }).count(), name).toBe(0);
  for (const name of ["Altas", "Equipo", "Auditoría"])
    expect(await page.getByRole("link", { name }).count(), name).toBe(0);
});

test("a rollout begins only after a dry run of the same plan", async () => {
  const page = await openAs("versiones", "/rollouts/new?target=releases/ventanilla-1.5.0-linux-x64.tar.zst");
  await page.getByRole("button", { name: "Ensayar primero" }).click();
  await page.getByText("12 tótems en pilot").waitFor();
  await page.getByText("Ver cuáles").first().click();
  const planned = page.locator(".names li", { hasText: "ChileAtiende Valdivia, módulo 1" });
  await planned.getByText("→ 1.5.0").waitFor();
  const begin = page.getByRole("button", { name: "Comenzar el despliegue" });
  await page.getByLabel("Fallas para detener, %").first().fill("5");
  expect(await begin.isDisabled()).toBe(true);
  await page.getByRole("button", { name: "Ensayar otra vez" }).click();
  await expect.poll(() => begin.isEnabled()).toBe(true);
  await begin.click();
  await page.getByRole("heading", { level: 1, name: "Versión del programa 1.5.0" }).waitFor();
  expect(api.effects.map(({ body }) => (body as { dryRun: boolean }).dryRun)).toEqual([true, true, false]);

  await page.getByRole("button", { name: "Pausar" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Pausar" }).click();
  await page.getByText("En pausa", { exact: true }).waitFor();
});

test("an identity is revoked only when its name is typed", async () => {
  const page = await openAs("tecnica", "/kiosks/valdivia-01");
  await page.getByRole("button", { name: "Revocar la identidad" }).click();
  const revoke = page.getByRole("button", { name: "Revocar ahora" });
  await page.getByLabel("Motivo, obligatorio").fill("Robo");
  await page.getByLabel("Escriba valdivia-01 para confirmar").fill("valdivia-02");
  expect(await revoke.isDisabled()).toBe(true);
  await page.getByLabel("Escriba valdivia-01 para confirmar").fill("valdivia-01");
  await revoke.click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(api.effects.at(-1)).toEqual({ operation: "revoke", body: { reason: "Robo" } });
});

test("a check of the audit chain tells its verdict, good or bad", async () => {
  const page = await openAs("admin", "/audit");
  await page.getByRole("button", { name: "Comprobar la cadena" }).click();
  await page.getByText("La cadena está íntegra.").waitFor();
  await page.locator("[data-entry='240']").getByText("Se envió una orden").waitFor();
  api.state.brokenEntry = 236;
  await page.getByRole("button", { name: "Comprobar la cadena" }).click();
  await page.getByText("La cadena está rota desde el asiento 236.").waitFor();
});

test("an administrator adds a member of staff and gives another role", async () => {
  const page = await openAs("admin", "/staff");
  await page.getByLabel("Usuario").fill("nueva");
  await page.getByLabel("Contraseña inicial").fill("una-frase-muy-larga");
  await page.getByRole("button", { name: "Agregar persona" }).click();
  await page.locator("[data-staff=nueva]").getByLabel("Técnico").check();
  await expect
    .poll(() => api.effects.at(-1))
    .toEqual({
      operation: "changeStaff",
      body: { roles: ["viewer", "technician"] },
    });
});

test("an administrator gives somebody a password that is shown once", async () => {
  const page = await openAs("admin", "/staff");
  await page.getByRole("button", { name: "Contraseña nueva para operador" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Crear la contraseña" }).click();
  const shown = await dialog.locator(".one-time").textContent();
  expect(shown).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
  expect(api.effects.at(-1)).toEqual({ operation: "changeStaff", body: { password: shown } });
  expect(await faultsOf(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Ya la entregué" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(await page.getByText(shown ?? "").count()).toBe(0);
});

test("the timeline speaks in words and folds what a restart brings", async () => {
  const page = await openAs("operador", "/kiosks/valdivia-01");
  const timeline = page.locator(".timeline").first();
  await timeline.getByText("Falló · No hay papel").waitFor();
  const burst = timeline.locator(".timeline__burst");
  await burst.getByText("5 sucesos").waitFor();
  const restart = burst.getByText("Se reinició el programa de atención", { exact: true });
  expect(await restart.isVisible()).toBe(false);
  await burst.locator("summary").first().click();
  await restart.waitFor();
  expect(await faultsOf(page)).toEqual([]);
});

test("a halted rollout says why in the chosen language, and keeps the English detail for who repairs it", async () => {
  const page = await openAs("observador", "/rollouts/7f0e9c3a-0000-4000-8000-000000000001");
  await page.getByText("En el anillo pilot fallaron o callaron 2 de 12; se admite hasta el 0 %.").waitFor();
  const failed = page.locator("[data-failed=concepcion-01]");
  await failed.getByText("La versión nueva no se mantuvo en pie y se volvió a la anterior").waitFor();
  expect(await failed.getByText("guard.crash-loop").isVisible()).toBe(false);
  await failed.getByText("Detalle técnico").click();
  await failed.getByText("guard.crash-loop").waitFor();
});

test("single-key shortcuts can be switched off", async () => {
  const page = await openAs("operador", "/");
  await page.keyboard.press("g");
  await page.keyboard.press("k");
  await page.getByRole("heading", { level: 1, name: "Tótems" }).waitFor();
  await page.locator("summary[aria-label^=Cuenta]").click();
  await page.getByLabel("Desactivados").check();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("n");
  expect(new URL(page.url()).pathname).toBe("/kiosks");
});

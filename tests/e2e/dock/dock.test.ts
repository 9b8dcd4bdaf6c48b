import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { DEVICE_KINDS, type DeviceKind } from "../../../base/contracts/device-status.ts";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { createReceiptPrinter } from "../../../drivers/receipt-printer/driver.ts";
import { CUSTOM_VKP80 } from "../../../drivers/receipt-printer/profile.ts";
import { serialChannel } from "../../../drivers/transport/serial.ts";
import { VALUES } from "../../../kiosk/dock/values.ts";
import { WORDS } from "../../../kiosk/dock/words.ts";
import { buildDock } from "../../../scripts/build-dock.ts";
import { Part } from "../../../scripts/demo/part.ts";
import type { DeviceDescription, Json } from "../../../simulators/operator.ts";
import { pcscMissing } from "../../support/pcsc.ts";
import { launchChromium, openPage } from "../ui/browser.ts";

const DESK = { name: "desk", width: 1366, height: 768, millimetres: 300 };
const PHONE = { name: "phone", width: 390, height: 844, millimetres: 70 };

let directory: string;
let simulators: Part;
let address: string;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let errors: string[];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "dock-"));
  await buildDock();
  simulators = new Part({
    name: "simulators",
    program: "simulators/main.ts",
    environment: { VENTANILLA_SIMULATORS_PORT: "0", VENTANILLA_SIMULATED_DEVICES: directory },
    log: () => {},
    onCrash: () => {},
  });
  address = await simulators.start();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await simulators?.stop();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  ({ page, context, errors } = await openPage(browser, address, DESK));
});
afterEach(async () => {
  await context.close();
});

const card = (device: string) => page.locator(`[data-device="${device}"]`);
/** What a device says of itself. */
const told = (device: string, on = page) => on.locator(`[data-device="${device}"] :is(.state, .switches)`);
const button = (device: string, name: string) => card(device).getByRole("button", { name, exact: true });

async function violations(): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(
    `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
       violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 160))))`,
  );
}

const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("devices come first, then institutions, by names that people use, in Spanish and English", async () => {
  const names = () => page.getByRole("heading").allTextContents();
  // In one column they stand in their order.
  await page.setViewportSize({ width: PHONE.width, height: PHONE.height });
  await expect
    .poll(names)
    .toEqual([
      "Dock de demostración",
      "Dispositivos",
      "Lector de códigos",
      "Lector de chip de tarjetas",
      "Terminal de pago",
      "Impresora de recibos",
      "Impresora de hojas",
      "Lector de huella",
      "Escáner de documentos",
      "Placa de luces y sensores",
      "Teclado accesible",
      "Respaldo de energía",
      "Instituciones",
      "FONASA: certificación previsional",
      "FONASA: venta de bonos",
      "Registro Civil: certificados",
      "ChileAtiende: reclamos",
      "ChileAtiende: solicitudes de contacto",
      "Correo y mensajes",
      "ChileAtiende: filas, horas y trámites",
      "ClaveÚnica",
      "Comparación de huellas",
      "FirmaGob: sello de documentos",
    ]);
  await page.getByRole("button", { name: "English" }).click();
  await expect.poll(names).toContain("Receipt printer");
  expect(await names()).toContain("Institutions");
  expect(await button("receipt-printer", "Open the cover").count()).toBe(1);
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("en");
  expect(await card("receipt-printer").textContent()).not.toContain("{");
  expect(errors).toEqual([]);
});

/** An action of each kind, what it does in the dock, and what its device then says. */
const ONE_EACH: { readonly [K in DeviceKind]: { readonly act: string; readonly shows: string } } = {
  "payment-terminal": { act: "Borrar las llaves", shows: "Sin llaves: sí" },
  "receipt-printer": { act: "Abrir la tapa", shows: "Tapa abierta: sí" },
  "code-reader": { act: "Desenchufar", shows: "Conectado: no" },
  "chip-card-reader": { act: "Poner cédula", shows: "como fue emitida" },
  "page-printer": { act: "Queda poco tóner", shows: "poco tóner" },
  "fingerprint-reader": { act: "Ensuciar el vidrio", shows: "Vidrio sucio: sí" },
  "document-scanner": { act: "Abrir la tapa", shows: "Tapa abierta: sí" },
  keypad: { act: "Conectar audífonos", shows: "Audífonos: sí" },
  "io-board": { act: "Abrir la puerta de servicio", shows: "puerta de servicio abierta" },
  ups: { act: "Cortar la luz", shows: "en batería (OB)" },
};

test.for(DEVICE_KINDS)("a %s is shown, and what a hand does to it is seen at once", async (kind, { skip }) => {
  const { act, shows } = ONE_EACH[kind];
  await card(kind).waitFor();
  const missing = kind === "chip-card-reader" ? pcscMissing() : undefined;
  if (missing !== undefined) skip(missing);
  const shown = told(kind).getByText(shows);
  expect(await shown.count()).toBe(0);
  await button(kind, act).click();
  await shown.first().waitFor();
});

test("what one person does to the devices, another's dock shows", async () => {
  const { page: other, context: elsewhere } = await openPage(browser, address, PHONE);
  try {
    await button("keypad", "Mantener una tecla").click();
    await told("keypad", other).getByText("elegir").waitFor();
    await button("keypad", "Soltar una tecla").click();
  } finally {
    await elsewhere.close();
  }
});

test("everything that the simulators tell and ask has words in both languages", async () => {
  const devices: DeviceDescription[] = await (await fetch(`${address}/api/devices`)).json();
  const named = (value: Json): string[] =>
    typeof value !== "object" || value === null
      ? []
      : Array.isArray(value)
        ? value.flatMap(named)
        : Object.entries(value).flatMap(([name, inner]) => [name, ...named(inner)]);
  const parameters = devices.flatMap(({ actions }) => actions.flatMap((action) => Object.entries(action.parameters)));
  const names = [...devices.flatMap(({ state }) => named(state)), ...parameters.map(([name]) => name)];
  expect(names.filter((name) => !Object.hasOwn(WORDS, name))).toEqual([]);
  const choices = parameters.flatMap(([name, { choices = [] }]) => (name === "run" ? [] : choices));
  expect(choices.filter((choice) => !Object.hasOwn(VALUES, choice) && !Object.hasOwn(WORDS, choice))).toEqual([]);
});

test("cards stand side by side without holes, and keep their column while their content grows", async () => {
  const columnOf = (device: string) =>
    card(device).evaluate((element) => Math.round(element.getBoundingClientRect().left));
  const before = await Promise.all(DEVICE_KINDS.map(columnOf));
  expect(new Set(before).size).toBeGreaterThan(2);
  for (const kind of ["keypad", "ups", "code-reader"])
    await card(kind)
      .getByRole("button", { name: /^Opciones/ })
      .first()
      .click();
  expect(await Promise.all(DEVICE_KINDS.map(columnOf))).toEqual(before);
  const gaps = await page
    .locator(".column")
    .evaluateAll((columns) =>
      columns.flatMap(({ children }) =>
        [...children]
          .slice(1)
          .map(
            (child, index) =>
              child.getBoundingClientRect().top - (children[index]?.getBoundingClientRect().bottom ?? 0),
          ),
      ),
    );
  expect(Math.max(...gaps)).toBeLessThan(24);
});

test("where no chip card reader can be simulated, its card says what to do", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dock-"));
  writeFileSync(join(folder, "unshare"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  const bare = new Part({
    name: "simulators",
    program: "simulators/main.ts",
    // Without namespaces there is no private service, and no vpcd listens.
    environment: {
      ...{ VENTANILLA_SIMULATORS_PORT: "0", VENTANILLA_SIMULATED_DEVICES: folder },
      ...{ VENTANILLA_VPCD: "127.0.0.1:1", PATH: `${folder}:${process.env.PATH}` },
    },
    log: () => {},
    onCrash: () => {},
  });
  try {
    await page.goto(await bare.start());
    await card("chip-card-reader").getByText("No hay lector virtual").waitFor();
    expect(await card("chip-card-reader").getByRole("button").count()).toBe(0);
    await button("keypad", "Conectar audífonos").click();
    await card("keypad").getByText("Audífonos: sí").waitFor();
    expect(await violations()).toEqual([]);
  } finally {
    await bare.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("an action changes the state that is shown", async () => {
  await button("receipt-printer", "Abrir la tapa").click();
  await card("receipt-printer").getByText("Tapa abierta: sí").waitFor();
  await button("receipt-printer", "Cerrar la tapa").click();
  await card("receipt-printer").getByText("Tapa abierta: no").waitFor();
  await button("srcei-certificates", "Cortar el servicio").click();
  await card("srcei-certificates").getByText("En servicio: no").waitFor();
  await button("srcei-certificates", "Restablecer el servicio").click();
  await card("srcei-certificates").getByText("En servicio: sí").waitFor();
});

test("what can be chosen about an action shows on demand; a refusal shows the simulator's own sentence until the next act", async () => {
  const terminal = card("payment-terminal");
  const digits = terminal.getByLabel("últimos cuatro dígitos");
  expect(await digits.isVisible()).toBe(false);
  await button("payment-terminal", "Opciones de «Insertar tarjeta»").click();
  await digits.fill("12");
  await button("payment-terminal", "Insertar tarjeta").click();
  await terminal.getByRole("alert").getByText("last4 must be four digits, as text").waitFor();
  await digits.fill("1234");
  await button("payment-terminal", "Insertar tarjeta").click();
  await terminal.getByText("últimos cuatro dígitos 1234").waitFor();
  expect(await terminal.getByRole("alert").textContent()).toBe("");
  await button("payment-terminal", "Retirar tarjeta").click();
});

test("papers appear as pictures, newest first, and one is shown large; nothing of it troubles axe or a phone", async () => {
  const printer = createReceiptPrinter({
    id: "p",
    profile: CUSTOM_VKP80,
    open: serialChannel({ path: join(directory, "receipt-printer"), baudRate: 38_400 }, systemClock),
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
    lineRate: 38_400,
  });
  printer.start();
  try {
    await expect.poll(() => printer.status.value.readiness, { timeout: 10_000 }).toBe("ready");
    const papers = card("receipt-printer").locator(".papers");
    const sources = () =>
      papers.locator("img").evaluateAll((images) => images.map((image) => image.getAttribute("src")));
    const loaded = () =>
      papers
        .locator("img")
        .evaluateAll((images) => images.filter((image) => (image as HTMLImageElement).naturalWidth > 0).length);
    for (const [index, text] of ["PRIMERO", "SEGUNDO"].entries()) {
      const printed = printer.print({ blocks: [{ type: "text", text }] });
      await expect.poll(loaded, { timeout: 20_000 }).toBe(index + 1);
      await papers.getByText("en la boca").waitFor();
      await button("receipt-printer", "Tomar el boleto").click();
      await printed;
    }
    await expect
      .poll(() => papers.locator("li").allTextContents())
      .toEqual(["boleto 2: retirado", "boleto 1: retirado"]);
    expect(new Set(await sources()).size).toBe(2);

    await papers.getByRole("button").first().click();
    const dialog = page.getByRole("dialog", { name: "boleto 2: retirado" });
    await dialog.getByRole("img").waitFor();
    expect(await violations()).toEqual([]);
    await dialog.getByRole("button", { name: "Cerrar" }).click();
    await dialog.waitFor({ state: "hidden" });
  } finally {
    await printer.stop();
  }
  for (const size of [DESK, PHONE]) {
    await page.setViewportSize({ width: size.width, height: size.height });
    expect(await violations()).toEqual([]);
    expect(await overflow()).toBe(0);
  }
  expect(errors).toEqual([]);
});

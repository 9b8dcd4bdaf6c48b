import type { ChildProcess } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildWizard } from "../../../scripts/build-wizard.ts";
import { LANDSCAPE, launchChromium, openPage, PORTRAIT } from "../../e2e/ui/browser.ts";
import { until } from "../../support/until.ts";
import { startFleet } from "./fleet.ts";
import { type Machine, provision, startMachine, startProvision, writeKioskFile } from "./kit.ts";

const CODE = "7KQ2-M4XD-9TRB";
const PICTURES = process.env.VENTANILLA_PICTURES;
let machine: Machine;
let fleet: Awaited<ReturnType<typeof startFleet>>;
let gateway: Server;
let browser: Browser;
let wizard: { child: ChildProcess; url: string; ended: Promise<number | null> };

beforeAll(async () => {
  await buildWizard();
  machine = await startMachine();
  fleet = await startFleet({ code: CODE, kiosk: "kiosk-17", place: "ChileAtiende Ñuñoa" });
  gateway = createServer((_request, response) => response.end("{}"));
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
  writeKioskFile(machine, "", `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`);
  const at = (path: string) => join(machine.tree.folder, path);
  machine.tree.write("/etc/ventanilla/fleet-ca.pem", fleet.ca);
  machine.tree.write(
    "/etc/ventanilla/agent.yaml",
    `server: ${fleet.url}\nserverCa: fleet-ca.pem\nidentity: ${at("var/lib/ventanilla/agent/identity")}\n`,
  );
  browser = await launchChromium();
  wizard = await startWizard();
});
afterAll(async () => {
  wizard.child.kill();
  await browser.close();
  await machine.stop();
  await fleet.close();
  gateway.closeAllConnections();
  await new Promise((resolve) => gateway.close(resolve));
});

async function startWizard() {
  const child = startProvision(machine, ["wizard", "--port", "0"]);
  let said = "";
  child.stdout.on("data", (bytes) => (said += bytes));
  child.stderr.on("data", (bytes) => (said += bytes));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const url = await until("the wizard's address", () => /wizard (http:\S+)/.exec(said)?.[1]);
  return { child, url, ended };
}

async function type(page: Page, layout: string, text: string) {
  for (const sign of text)
    await page
      .locator(`.keyboard-${layout} .key`, { hasText: new RegExp(`^${sign === " " ? "Espacio" : sign}$`) })
      .click();
}

const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).click();

/** What axe finds and what sticks out, on both shapes of screen; leaves pictures when they are wanted. */
async function look(page: Page, name: string) {
  for (const size of [LANDSCAPE, PORTRAIT]) {
    await page.setViewportSize(size);
    await page.evaluate(axe.source);
    const found = await page.evaluate(
      `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
        violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 120))))`,
    );
    expect([name, size.name, found]).toEqual([name, size.name, []]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `wizard-${name}-${size.name}.png`) });
  }
}

test("its health tells whether a page looks at it, so that a window without one is started again", async () => {
  const shells = async () => ((await (await fetch(`${wizard.url}/health`)).json()) as { shells: number }).shells;
  expect(await shells()).toBe(0);
  await fetch(`${wizard.url}/api/state`);
  expect(await shells()).toBe(1);
});

test("nothing works without a code, and a stranger's page gets nothing at all", async () => {
  const state = await fetch(`${wizard.url}/api/state`);
  expect(state.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(await state.json()).toEqual({ open: null, entry: "enrolment" });
  const own = { "content-type": "application/json", origin: wizard.url, "x-ventanilla-wizard": "1" };
  const act = (headers: Record<string, string>, name = "check", body = '{"skipScan":true}') =>
    fetch(`${wizard.url}/api/${name}`, { method: "POST", headers, body }).then(({ status }) => status);
  expect(await act(own)).toBe(401);
  expect(await act({ ...own, origin: "http://evil.example" })).toBe(403);
  expect(await act({ ...own, "x-ventanilla-wizard": "" })).toBe(403);
  expect(await act({ "content-type": "application/json" }, "enter", `{"code":"${CODE}"}`)).toBe(403);
});

test("a technician goes from the code to the report on the kiosk's own screen", async () => {
  const { page, errors } = await openPage(browser, wizard.url, PORTRAIT);
  await page.getByRole("heading", { name: "Escriba el código" }).waitFor();
  await look(page, "code");
  await type(page, "code", CODE.replaceAll("-", ""));
  await press(page, "Entrar");

  await page.getByRole("heading", { name: "Quién y dónde" }).waitFor();
  await type(page, "name", "ANA NÚÑEZ");
  await look(page, "who");
  await press(page, "Seguir");
  await press(page, "Enrolar ahora");
  await page.getByText("Este equipo es ahora kiosk-17, ChileAtiende Ñuñoa.").waitFor();
  await look(page, "enrol");
  await press(page, "Seguir");

  await press(page, /^Impresora/);
  await press(page, /^custom-vkp80/);
  await press(page, /ttyUSB0/);
  await press(page, "Probar");
  await page.getByText("Imprimió una hoja que dice «/dev/ttyUSB0».").waitFor();
  await press(page, "Es este: guardar");
  await press(page, /✓ custom-vkp80/);
  await look(page, "devices");
  await machine.devices.printer.actions.takeTicket?.run({});
  await press(page, /^Terminal de pago/);
  await press(page, /^transbank-autoservicio/);
  await press(page, /ttyUSB1/);
  await press(page, "Es este: guardar");
  await page.getByText("Déjelo siempre en este mismo enchufe").waitFor();
  await press(page, /^Lector de códigos/);
  await press(page, /ttyACM0/);
  await press(page, "Es este: guardar");
  await page.getByText("✓ Guardado.").waitFor();
  await press(page, "Seguir");

  await press(page, "Revisar todo");
  await page.getByRole("alert").getByText("Pase un código por el lector ahora").waitFor();
  await look(page, "scan");
  await machine.devices.reader.actions["scan-text"]?.run({ text: "https://example.org/" });
  await page.getByText("El tótem está listo.").waitFor({ timeout: 60_000 });
  await look(page, "check");
  await press(page, "Seguir");
  await press(page, "Guardar y enviar el informe");
  await page.getByText("Informe guardado y enviado a la flota.").waitFor();
  await look(page, "report");
  expect([...fleet.reports.values()]).toMatchObject([
    { kiosk: "kiosk-17", technician: "Ana Núñez", devices: [{}, {}, {}] },
  ]);
  await press(page, "English");
  await page.getByText("Ready to serve").waitFor();
  await press(page, "Finish");
  await page.getByText("You can close the cabinet.").waitFor();
  expect(await wizard.ended).toBe(0);
  expect(errors.filter((error) => !/ERR_CONNECTION_(REFUSED|RESET)/.test(error))).toEqual([]);
});

test("the wizard of an enrolled kiosk opens with the code that the tool prints, once; wrong codes lock it", async () => {
  wizard = await startWizard();
  const printed = await provision(machine, ["wizard", "--code", "--json"]);
  const { code } = JSON.parse(printed.out) as { code: string };
  const headers = { "content-type": "application/json", origin: wizard.url, "x-ventanilla-wizard": "1" };
  const enter = (typed: string) =>
    fetch(`${wizard.url}/api/enter`, { method: "POST", headers, body: JSON.stringify({ code: typed }) });
  expect((await enter(CODE)).status).toBe(401);
  const entered = await enter(code);
  expect(entered.status).toBe(200);
  expect(entered.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Strict/);
  const again = [];
  for (let time = 0; time < 5; time++) again.push((await enter(code)).status);
  expect(again).toEqual([401, 401, 401, 401, 429]);
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { assertOk } from "../../../base/result.ts";
import { newService } from "../../../flows/cli/new-service.ts";
import { type ServerMessage, VIEW_PROTOCOL, type ViewState } from "../../../kiosk/contract/messages.ts";
import type { PreviewState } from "../../../kiosk/preview/panel/state.ts";
import { launchChromium } from "../ui/browser.ts";

const ROOT = join(import.meta.dirname, "../../..");
let folder: string;
let service: string;
let program: ChildProcess;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ventanilla-preview-"));
  service = assertOk(newService("municipalidad/permiso-feria", folder, "schema.json"), "the service");
  program = spawn(process.execPath, ["scripts/services.ts", "preview", service, "--no-open"], {
    cwd: ROOT,
    env: { ...process.env, LANG: "en_GB.UTF-8" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: program.stdout ?? expect.unreachable() })) {
    url = /^preview (http:\S+)$/.exec(line)?.[1] ?? "";
    if (url !== "") break;
  }
});

afterAll(async () => {
  program.kill("SIGTERM");
  if (program.exitCode === null) await once(program, "exit");
  rmSync(folder, { recursive: true });
});

/** The state that the panel is told at once. */
async function state(): Promise<PreviewState> {
  const abort = new AbortController();
  const { body } = await fetch(`${url}api/state`, { signal: abort.signal });
  const reader = (body ?? expect.unreachable()).getReader();
  let told = "";
  while (!told.includes("\n\n")) told += new TextDecoder().decode((await reader.read()).value);
  abort.abort();
  return JSON.parse(told.slice("data: ".length, told.indexOf("\n\n")));
}

async function command(body: object): Promise<number> {
  return (await fetch(`${url}api/command`, { method: "POST", body: JSON.stringify(body) })).status;
}

/** The kiosk's screen as its page gets it: the cookie first, then the view's WebSocket. */
async function openScreen() {
  const { screen } = (await (await fetch(`${url}api/screen`)).json()) as { screen: string };
  const page = await fetch(screen);
  const [cookie = ""] = (page.headers.get("set-cookie") ?? "").split(";");
  const origin = new URL(screen).origin;
  const socket = new WebSocket(`${screen.replace("http", "ws")}view`, [VIEW_PROTOCOL], { origin, headers: { cookie } });
  const views: ViewState[] = [];
  socket.on("message", (data) => {
    const message = JSON.parse(String(data)) as ServerMessage;
    if (message.type === "view") views.push(message.view);
  });
  await once(socket, "open");
  return { page, socket, now: () => views.at(-1) };
}

test("a service outside the project is on the kiosk's own screen, and the screen's touches lead on", async () => {
  const { page, socket, now } = await openScreen();
  expect(page.headers.get("content-security-policy")).toContain(`frame-ancestors ${new URL(url).origin}`);
  await expect.poll(now, { timeout: 20_000 }).toMatchObject({ screen: { kind: "inform" } });
  const intent = { type: "intent", id: crypto.randomUUID(), view: now()?.version, intent: { type: "CONTINUE" } };
  socket.send(JSON.stringify(intent));
  await expect.poll(now, { timeout: 20_000 }).toMatchObject({ screen: { kind: "ask" } });
  const { here, steps, serial } = await state();
  expect(here).toEqual({ step: "question", state: "asking" });
  const last = steps.find(({ id }) => id === "done")?.states[0]?.place;
  expect(await command({ command: "jump", serial, place: last })).toBe(204);
  await expect.poll(async () => (await state()).here?.step, { timeout: 20_000 }).toBe("done");
  socket.terminate();
});

test("a file that is saved is shown at once; a mistake in it is told", async () => {
  await command({ command: "again" });
  const { socket, now } = await openScreen();
  const texts = join(service, "texts.es.yaml");
  const before = readFileSync(texts, "utf8");
  writeFileSync(texts, before.replace("Diga aquí para qué sirve este trámite.", "Con este permiso vende en la feria."));
  await expect
    .poll(() => JSON.stringify(now()?.screen), { timeout: 60_000 })
    .toContain("Con este permiso vende en la feria.");
  writeFileSync(texts, before.replace("start:", "start: ["));
  await expect
    .poll(async () => (await state()).problems[0], { timeout: 60_000 })
    .toMatchObject({ file: texts, line: expect.any(Number) });
  writeFileSync(texts, before);
  await expect.poll(async () => (await state()).problems, { timeout: 60_000 }).toEqual([]);
  socket.terminate();
});

test("another page may neither command the preview nor show the kiosk's screen as its own", async () => {
  const foreign = { origin: "http://evil.example" };
  const body = JSON.stringify({ command: "again" });
  expect((await fetch(`${url}api/command`, { method: "POST", body, headers: foreign })).status).toBe(403);
  expect(await command({ command: "again", more: 1 })).toBe(400);
  expect(await command({ command: "jump", serial: -1, place: 0 })).toBe(409);
});

test("the panel stands beside the screen, and leads it where it is told", async () => {
  await command({ command: "again" });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const errors: string[] = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(url);
    const screen = page.frameLocator("iframe");
    await screen.getByRole("heading", { name: "Nombre del trámite" }).waitFor();
    await page.locator("summary", { hasText: "question" }).click();
    await page.getByRole("button", { name: /¿Qué quiere preguntar\?.*Continuar/ }).click();
    await screen.getByRole("heading", { name: "¿Qué quiere preguntar?" }).waitFor();
    await page.getByLabel("Language").selectOption("en");
    await screen.getByRole("heading", { name: "What do you want to ask?" }).waitFor();
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { buildShell } from "../../../kiosk/shell-electron/build.ts";
import { buildUi, UI_FOLDER } from "../../../scripts/build-ui.ts";
import { type Demo, startDemo } from "../../../scripts/demo/demo.ts";
import { findElectron } from "../../../scripts/demo/electron.ts";
import { KioskClient } from "../../support/kiosk-client.ts";
import { Operator } from "../../support/operator.ts";
import { toBill } from "../journeys/walk.ts";
import { NO_BINARY, startOnElectron } from "./electron-binary.ts";
import { KioskAtTheShell } from "./kiosk-at-the-shell.ts";
import type { ShellUnderTest, StartShell } from "./shell-under-test.ts";
import { startOnStandIn } from "./stand-in.ts";

let directory: string;
let bundle: string;
let demo: Demo;
let shell: ShellUnderTest;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "shell-real-"));
  [bundle] = await Promise.all([buildShell({ directory: join(directory, "bundle"), testBuild: true }), buildUi()]);
});
beforeEach(async () => {
  demo = await startDemo({
    directory: mkdtempSync(join(directory, "demo-")),
    ports: { kiosk: 0, gateway: 0, simulators: 0 },
    log: () => {},
    onReady: () => {},
    onCrash: () => {},
  });
});
afterEach(async () => {
  await shell?.stop();
  await demo?.stop();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function begin(start: StartShell): Promise<KioskAtTheShell> {
  shell = await start({ bundle, ui: UI_FOLDER, socket: demo.socket });
  const kiosk = new KioskAtTheShell(shell);
  await kiosk.sees("attract");
  return kiosk;
}

async function certificateByTypedRun(kiosk: KioskAtTheShell): Promise<void> {
  await kiosk.touches("START");
  await kiosk.sees("services");
  await kiosk.touches("SET_LOCALE", "English");
  await kiosk.touches("OPEN_SERVICE", "irth");
  await kiosk.sees("inform");
  await kiosk.touches("CONTINUE");
  await kiosk.sees("identify");
  await kiosk.touches("TYPE_RUN");
  await kiosk.sees("ask");
  await kiosk.types("123456785");
  await kiosk.touches("SUBMIT");
  await kiosk.sees("choose");
  await kiosk.touches("SELECT");
  await kiosk.sees("consent");
  await kiosk.touches("ACCEPT");
  await kiosk.sees("review");
  await kiosk.touches("CONFIRM");
  await kiosk.sees("deliver");
}

const names = () => shell.evaluate<string[]>("Object.keys(window)");

function kioskSuite(backEnd: string, start: StartShell): void {
  test(`the real screens on the real runtime serve a whole journey and report nothing, ${backEnd}`, async () => {
    const kiosk = await begin(start);
    expect((await names()).filter((name) => /ventanilla|electron|ipc|node/i.test(name))).toEqual(["ventanilla"]);

    await certificateByTypedRun(kiosk);
    const operator = new Operator(demo.simulators);
    await expect
      .poll(async () => (await operator.state("receipt-printer")).ticketInMouth, { timeout: 20_000 })
      .toBe(true);
    await operator.act("receipt-printer", "takeTicket");
    await kiosk.sees("choose");
    await kiosk.touches("SELECT", "QR");
    await kiosk.sees("hand-off");
    await kiosk.touches("CONTINUE");
    await kiosk.sees("survey");
    await kiosk.touches("SELECT", "7");
    await kiosk.sees("finish");
    await kiosk.touches("FINISH");
    await kiosk.sees("attract");
    await expect.poll(() => shell.logs.filter(({ event }) => event === "shell.wiped")).not.toEqual([]);

    expect(shell.consoleErrors).toEqual([]);
    expect(shell.logs.filter(({ event }) => /refused|failed|blocked|crash/.test(event))).toEqual([]);
    // The page that served is gone with its process.
    const listens = ({ event }: { event: string }) => event === "shell.page-ready";
    await expect.poll(() => shell.logs.filter(listens).length, { timeout: 20_000 }).toBe(2);
    await kiosk.sees("attract");
    // The same ears do hear what the page's policy forbids.
    await shell.evaluate(`{ document.body.append(Object.assign(new Image(), { src: "https://example.invalid/x" })); }`);
    await expect.poll(() => shell.consoleErrors.join()).toContain("Content Security Policy");
  });

  test(`a citizen sees the page that was scanned, ${backEnd}`, async () => {
    const seen = await begin(start);
    const citizen = new KioskClient(demo.socket);
    const operator = new Operator(demo.simulators);
    try {
      await toBill({ kiosk: citizen, operator });
      await operator.act("document-scanner", "load", { sheets: 1 });
      await citizen.does({ type: "SCAN" });
      const width = "document.querySelector('img.scanned-page__picture')?.naturalWidth ?? 0";
      await expect.poll(() => shell.evaluate<number>(width), { timeout: 20_000 }).toBeGreaterThan(100);
      await seen.touches("REMOVE");
      await expect.poll(() => shell.evaluate<number>(width), { timeout: 20_000 }).toBe(0);
      expect(shell.consoleErrors).toEqual([]);
    } finally {
      citizen.close();
    }
  });

  test(`a runtime that is killed leaves nothing of the citizen on the screen, and the next one's view comes, ${backEnd}`, async () => {
    const kiosk = await begin(start);
    await kiosk.touches("START");
    await kiosk.sees("services");
    demo.parts.runtime.kill();
    await kiosk.sees("one-moment");
    expect(await shell.evaluate("document.querySelector('button')")).toBe(null);

    await demo.parts.runtime.start();
    await kiosk.sees("attract");
    await kiosk.touches("START");
    await kiosk.sees("services");
    expect(shell.consoleErrors).toEqual([]);
  });
}

kioskSuite("on the stand-in over DevTools", (options) => startOnStandIn(options));

const binary = findElectron(process.env);
if (binary === undefined) test("the real screens on Electron", ({ skip }) => skip(NO_BINARY));
else kioskSuite("on Electron", startOnElectron(binary));

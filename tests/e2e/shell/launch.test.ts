import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { electronForThisDesk, findElectron } from "../../../scripts/demo/electron.ts";
import { FakeRuntime, viewOf } from "./fake-runtime.ts";
import { collectLogs } from "./shell-under-test.ts";

const LAUNCH = resolve(import.meta.dirname, "../../../scripts/demo/electron.ts");
const REGISTER = resolve(import.meta.dirname, "../../support/electron-stand-in/register.ts");

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "shell-launch-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function launch(environment: Readonly<Record<string, string>>) {
  const { ELECTRON_OVERRIDE_DIST_PATH: _path, ...rest } = process.env;
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", LAUNCH], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...rest, ...environment },
  });
}

test("the launcher builds the shell, runs it on the Electron that it finds, and ends it with itself", async () => {
  // The stand-in as a distribution: a program named `electron` that gets the built main.
  const program = join(directory, "electron");
  writeFileSync(
    program,
    `#!/bin/sh\nexec env NODE_OPTIONS="--disable-warning=ExperimentalWarning --import=${REGISTER}" ${process.execPath} "$@"\n`,
    { mode: 0o700 },
  );
  const runtime = new FakeRuntime(join(directory, "view.sock"));
  await runtime.listen();
  runtime.publish(viewOf(1, "attract", "Bienvenido"));
  const child = launch({
    ELECTRON_OVERRIDE_DIST_PATH: directory,
    VENTANILLA_RUNTIME_SOCKET: runtime.path,
    VENTANILLA_UI: resolve(import.meta.dirname, "page"),
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  const logs = collectLogs(child.stderr);
  const events = () => logs.map(({ event }) => event);
  await expect.poll(events, { timeout: 20_000 }).toContain("shell.page-ready");
  expect(runtime.connections).toBe(1);
  expect(lines).toEqual([`shell shows the kiosk on Electron (${program})`]);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  await expect.poll(() => runtime.connections).toBe(0);
  await runtime.close();
});

const everywhere = () => true;
const nowhere = () => false;
const DISPLAY = { DISPLAY: ":0" };

test("a distribution that the environment names comes before the npm package's own", () => {
  expect(findElectron({ ELECTRON_OVERRIDE_DIST_PATH: "/opt/electron" }, everywhere)).toBe("/opt/electron/electron");
  expect(findElectron({}, everywhere)).toMatch(/\/node_modules\/electron\/dist\/electron$/);
});

test("a named distribution that is not there does not hide the npm package's", () => {
  const packaged = (file: string) => !file.startsWith("/opt/");
  expect(findElectron({ ELECTRON_OVERRIDE_DIST_PATH: "/opt/electron" }, packaged)).toMatch(
    /\/electron\/dist\/electron$/,
  );
});

test.each([
  ["X", DISPLAY, false, everywhere, true],
  ["Wayland", { WAYLAND_DISPLAY: "wayland-0" }, false, everywhere, true],
  ["no binary", DISPLAY, false, nowhere, false],
  ["no display", {}, false, everywhere, false],
  ["an empty display", { DISPLAY: "" }, false, everywhere, false],
  ["root, as whom Electron does not run", DISPLAY, true, everywhere, false],
])("Electron on a desk with %s", (_name, environment, root, exists, chosen) => {
  expect(electronForThisDesk(environment, root, exists) !== undefined).toBe(chosen);
});

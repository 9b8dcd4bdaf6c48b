import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildShell } from "../../../kiosk/shell-electron/build.ts";
import { collectLogs } from "./shell-under-test.ts";
import { spawnOnStandIn, startOnStandIn } from "./stand-in.ts";

let directory: string;
let shipped: string;
let testBuild: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "shell-"));
  shipped = await buildShell({ directory: join(directory, "shipped") });
  testBuild = await buildShell({ directory: join(directory, "test"), testBuild: true });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const options = (bundle: string, argv: readonly string[] = []) => ({
  bundle,
  ui: resolve(import.meta.dirname, "page"),
  socket: join(directory, "none.sock"),
  argv,
});

test.each(["--remote-debugging-port=9222", "--inspect=0", "--no-sandbox", "--disable-web-security"])(
  "the shipped shell ends at once with a clear error when it is given %s",
  async (argument) => {
    const child = spawnOnStandIn(options(shipped, [argument]));
    const logs = collectLogs(child.stderr);
    expect(await once(child, "exit")).toEqual([64, null]);
    expect(logs).toMatchObject([
      {
        event: "shell.refused-start",
        fields: { code: "shell.forbidden-argument", detail: expect.stringContaining(argument) },
      },
    ]);
  },
);

test("only a test build takes a test driver's arguments", async () => {
  const child = spawnOnStandIn(options(testBuild, ["--remote-debugging-port=0", "--disable-web-security"]));
  const logs = collectLogs(child.stderr);
  expect(await once(child, "exit")).toEqual([64, null]);
  expect(logs[0]?.fields.detail).toMatch(/\(--disable-web-security\)/);
});

test("a second shell ends and leaves the first alone", async () => {
  const userData = mkdtempSync(join(directory, "user-"));
  const first = await startOnStandIn(options(shipped), userData);
  const second = spawnOnStandIn(options(shipped), userData);
  expect(await once(second, "exit")).toEqual([0, null]);
  expect(await first.windows()).toBe(1);
  expect(await first.stop()).toBe(0);
});

test("without the screens' files the kiosk says that it is out of service", async () => {
  const shell = await startOnStandIn({ ...options(shipped), ui: join(directory, "missing") });
  await expect
    .poll(() => shell.evaluate("document.querySelector('h1')?.textContent").catch(String), { timeout: 15_000 })
    .toBe("Fuera de servicio");
  expect(shell.logs).toContainEqual(
    expect.objectContaining({ event: "shell.refused-start", fields: expect.objectContaining({ code: "shell.no-ui" }) }),
  );
  await shell.stop();
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildShell } from "../../../kiosk/shell-electron/build.ts";
import { FakeRuntime, viewOf } from "./fake-runtime.ts";
import type { ShellUnderTest } from "./shell-under-test.ts";
import { startOnStandIn } from "./stand-in.ts";

let directory: string;
let runtime: FakeRuntime;
let shell: ShellUnderTest;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "shell-"));
  const bundle = await buildShell({ directory: join(directory, "bundle"), testBuild: true });
  runtime = new FakeRuntime(join(directory, "view.sock"));
  await runtime.listen();
  shell = await startOnStandIn({ bundle, ui: resolve(import.meta.dirname, "page"), socket: runtime.path });
});
afterAll(async () => {
  await shell?.stop();
  await runtime?.close();
  rmSync(directory, { recursive: true, force: true });
});

test("a view reaches the page and a touch reaches the runtime", async () => {
  runtime.publish(viewOf(1, "attract", "Bienvenido"));
  await expect.poll(() => shell.evaluate("document.querySelector('#title')?.textContent")).toBe("Bienvenido");
  await shell.tap("#start");
  await expect.poll(() => runtime.received).toMatchObject([{ type: "intent", view: 1, intent: { type: "START" } }]);
});

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { _electron } from "playwright-core";
import { collectLogs, exitOf, type StartShell } from "./shell-under-test.ts";

/** Why the suite does not run on Electron itself, where it does not. */
export const NO_BINARY = "Electron's binary is not on this machine (fetched from GitHub)";

/**
 * The suite's back end on the real binary. Everything is done from the main process: Playwright's own page object does not outlive
 * a renderer that crashes.
 */
export function startOnElectron(executablePath: string): StartShell {
  return async ({ bundle, ui, socket, argv = [] }) => {
    const app = await _electron.launch({
      executablePath,
      args: [join(bundle, "main.js"), ...argv],
      env: { ...process.env, VENTANILLA_RUNTIME_SOCKET: socket, VENTANILLA_UI: ui } as Record<string, string>,
    });
    const child = app.process();
    const logs = collectLogs(child.stderr);
    const consoleErrors: string[] = [];
    app.context().on("console", (message) => {
      if (message.type() === "error") consoleErrors.push(message.text());
    });
    app.context().on("weberror", (error) => consoleErrors.push(error.error().message));
    const exited = exitOf(child);
    const downloads = mkdtempSync(join(tmpdir(), "downloads-"));
    await app.firstWindow();
    await app.evaluate((electron, directory) => electron.app.setPath("downloads", directory), downloads);

    const evaluate = <T>(expression: string): Promise<T> =>
      app.evaluate(
        ({ BrowserWindow }, code) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code, true),
        expression,
      );
    return {
      logs,
      consoleErrors,
      evaluate,
      async tap(selector) {
        const [x, y] = await evaluate<[number, number]>(
          `(() => { const r = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect(); return [Math.round(r.x + r.width / 2), Math.round(r.y + r.height / 2)]; })()`,
        );
        await app.evaluate(
          ({ BrowserWindow }, at) => {
            const contents = BrowserWindow.getAllWindows()[0]?.webContents;
            contents?.sendInputEvent({ type: "mouseDown", button: "left", clickCount: 1, ...at });
            contents?.sendInputEvent({ type: "mouseUp", button: "left", clickCount: 1, ...at });
          },
          { x, y },
        );
      },
      press({ key, control, alt, meta, shift }) {
        const held = { control, alt, meta, shift };
        const modifiers = (["control", "alt", "meta", "shift"] as const).filter((name) => held[name]);
        return app.evaluate(
          ({ BrowserWindow }, { keyCode, modifiers }) =>
            new Promise<boolean>((resolve) => {
              const contents = BrowserWindow.getAllWindows()[0]?.webContents;
              // The shell's own listener was there first, so that its verdict is known here.
              contents?.once("before-input-event", (event) => resolve(!event.defaultPrevented));
              contents?.sendInputEvent({ type: "keyDown", keyCode, modifiers });
              if (keyCode.length === 1) contents?.sendInputEvent({ type: "char", keyCode, modifiers });
              contents?.sendInputEvent({ type: "keyUp", keyCode, modifiers });
            }),
          { keyCode: key, modifiers },
        );
      },
      url: () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL() ?? ""),
      forge: (frame, channel, payload) =>
        app.evaluate(
          ({ BrowserWindow, ipcMain }, forged) => {
            const sender = BrowserWindow.getAllWindows()[0]?.webContents;
            const senderFrame = forged.frame === "main" ? sender?.mainFrame : sender?.mainFrame.frames.at(-1);
            ipcMain.emit(forged.channel, { sender, senderFrame }, forged.payload);
          },
          { frame, channel, payload },
        ),
      crashRenderer: () =>
        app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer()),
      windows: () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length),
      downloads: () => readdirSync(downloads),
      async stop() {
        child.kill("SIGTERM");
        const status = await exited;
        rmSync(downloads, { recursive: true, force: true });
        return status;
      },
    };
  };
}

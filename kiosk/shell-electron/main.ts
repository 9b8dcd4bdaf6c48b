import { connect } from "node:net";
import { app, BrowserWindow, clipboard, ipcMain, Menu, powerSaveBlocker, protocol, session } from "electron";
import { createProcessLogger } from "../../base/node/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { papersSocketOf } from "../contract/messages.ts";
import { readOptions } from "./options.ts";
import { paperSource } from "./paper-source.ts";
import { startShell } from "./shell.ts";

/** Set by `build.ts`: `true` only in a bundle that Playwright may drive. */
declare const TEST_BUILD: boolean;

const log = createProcessLogger("shell");

const options = readOptions(process.env, import.meta.dirname);
if (options.ok) {
  const { socket } = options.value;
  startShell(
    { app, BrowserWindow, clipboard, ipcMain, Menu, powerSaveBlocker, protocol, session },
    {
      options: options.value,
      argv: [...process.argv.slice(1), ...process.execArgv],
      testBuild: TEST_BUILD,
      connect: () => connect(socket),
      paper: paperSource(papersSocketOf(socket)),
      clock: systemClock,
      random: Math.random,
      log,
    },
  );
} else {
  log("shell.refused-start", { code: options.error.code, detail: options.error.message });
  app.exit(64);
}

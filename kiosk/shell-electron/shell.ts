import type { Socket } from "node:net";
import type { BrowserWindow } from "electron";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { isNobodys, type ServerMessage } from "../contract/messages.ts";
import { appProtocolHandler, type FileMap, listFiles } from "./app-protocol.ts";
import { APP_SCHEME, HOME_URL, isAppUrl, schemeOf } from "./app-url.ts";
import { CHROMIUM_SWITCHES, refusedArguments } from "./command-line.ts";
import { lockContents } from "./contents-policy.ts";
import type { ElectronApi } from "./electron-api.ts";
import { OUT_OF_SERVICE_URL } from "./out-of-service.ts";
import { PageLink } from "./page-link.ts";
import type { PaperSource } from "./paper-source.ts";
import { Recovery } from "./recovery.ts";
import { RuntimeLink } from "./runtime-link.ts";
import { lockSession, PRIVILEGED_SCHEME, wipeSession } from "./session-policy.ts";
import { PARTITION, windowOptions } from "./window-options.ts";

export type ShellOptions = {
  /** Directory of the screens' bundle; `index.html` is its start. */
  readonly ui: string;
  /** Absolute path of the preload bundle. */
  readonly preload: string;
  /** Full screen; off only on a developer's desk. */
  readonly kiosk: boolean;
};

export type ShellDependencies = {
  readonly options: ShellOptions;
  /** `process.argv` and `process.execArgv` without the program. */
  readonly argv: readonly string[];
  /** Whether this build was made for tests (a compile-time constant). */
  readonly testBuild: boolean;
  /** Starts a connection to the runtime's socket. */
  readonly connect: () => Socket;
  /** The pages that a citizen scanned. */
  readonly paper: PaperSource;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

/** Exit status of a shell that refused its command line (EX_USAGE). */
const BAD_USAGE = 64;

/** Chromium's code for a load that was replaced by another: no failure. */
const LOAD_ABORTED = -3;

/** Starts the shell; everything that must precede Electron's `ready` happens before this returns. */
export function startShell(electron: ElectronApi, dependencies: ShellDependencies): void {
  const { app } = electron;
  const { argv, testBuild, log } = dependencies;
  const refused = refusedArguments(argv, testBuild);
  if (refused.length > 0) {
    const { code, message } = coded("shell.forbidden-argument", refused.join(" "));
    log("shell.refused-start", { code, detail: message });
    app.exit(BAD_USAGE);
    return;
  }
  if (!app.requestSingleInstanceLock()) {
    log("shell.refused-start", { code: "common.cancelled", detail: "another shell runs" });
    app.exit(0);
    return;
  }
  app.enableSandbox();
  for (const [name, value] of CHROMIUM_SWITCHES) app.commandLine.appendSwitch(name, value);
  electron.protocol.registerSchemesAsPrivileged([PRIVILEGED_SCHEME]);
  electron.Menu.setApplicationMenu(null);
  lockApp(app, log);
  log("process.started", { part: "shell" });
  void app.whenReady().then(() => openWindow(electron, dependencies));
}

function lockApp(app: ElectronApi["app"], log: Logger): void {
  app.on("web-contents-created", (_event, contents) => lockContents(contents, log));
  app.on("certificate-error", (event, _contents, _url, _error, _certificate, answer) => {
    event.preventDefault();
    answer(false);
  });
  app.on("select-client-certificate", (event) => event.preventDefault());
  app.on("login", (event) => event.preventDefault());
}

async function openWindow(electron: ElectronApi, dependencies: ShellDependencies): Promise<void> {
  const { options, clock, random, log, connect, paper } = dependencies;
  const session = electron.session.fromPartition(PARTITION, { cache: false });
  await lockSession(session, log);
  session.protocol.handle(APP_SCHEME, appProtocolHandler(await readFiles(options.ui, log), paper));

  const window = new electron.BrowserWindow(windowOptions(options.preload, session, options.kiosk));
  electron.powerSaveBlocker.start("prevent-display-sleep");
  const { webContents } = window;

  // What a page that is loaded again must see at once. Forgotten with the connection: it may hold personal data.
  let view: ServerMessage | undefined;
  const load = (url: string) => void window.loadURL(url).catch(() => {}); // "did-fail-load" tells what matters of it

  const recovery = new Recovery({
    loadHome: () => load(HOME_URL),
    loadOutOfService: () => load(OUT_OF_SERVICE_URL),
    ping: (number) => page.ping(number),
    crash: () => webContents.forcefullyCrashRenderer(),
    clock,
    random,
    log,
  });
  const page = new PageLink(
    electron.ipcMain,
    webContents,
    {
      onReady() {
        recovery.ready();
        if (view !== undefined) page.send(view);
      },
      onMessage: (message) => void runtime.send(message),
      onPong: (number) => recovery.pong(number),
    },
    log,
  );
  // The view of whoever comes next is sent when the new page says that it listens.
  const afterCitizen = () => {
    void wipeSession(session, electron.clipboard, clock, log);
    recovery.renew();
  };
  const runtime = new RuntimeLink({
    connect,
    onMessage(message) {
      if (message.type === "view") {
        const ends = endsSession(view, message);
        view = message;
        if (ends) afterCitizen();
      }
      page.send(message);
    },
    onLost() {
      const served = isCitizens(view);
      view = undefined;
      page.send({ type: "lost" });
      if (served) afterCitizen();
    },
    clock,
    random,
    log,
  });

  watchWindow(electron.app, window, recovery, log);
  electron.app.on("second-instance", () => window.focus());
  electron.app.on("before-quit", () => {
    recovery.stop();
    void runtime.stop();
    log("process.stopped", { part: "shell", reason: "quit" });
  });
  recovery.start();
  runtime.start();
}

async function readFiles(directory: string, log: Logger): Promise<FileMap> {
  const files = await listFiles(directory);
  if (files.ok) return files.value;
  log("shell.refused-start", { code: files.error.code, detail: files.error.message });
  return new Map();
}

function isCitizens(message: ServerMessage | undefined): boolean {
  return message?.type === "view" && !isNobodys(message.view);
}

/** Whether the screen stands before nobody now, and stood before a citizen. */
function endsSession(before: ServerMessage | undefined, now: ServerMessage): boolean {
  return isCitizens(before) && !isCitizens(now);
}

/** Tells the recovery of everything that can befall the page and its processes. */
function watchWindow(app: ElectronApi["app"], window: BrowserWindow, recovery: Recovery, log: Logger): void {
  const { webContents } = window;
  webContents.on("render-process-gone", (_event, { reason }) => recovery.failed("gone", reason));
  webContents.on("unresponsive", () => recovery.unresponsive());
  webContents.on("did-fail-load", (_event, code, _description, _url, isMainFrame) => {
    if (isMainFrame && code !== LOAD_ABORTED) recovery.failed("load", String(code));
  });
  webContents.on("preload-error", () => recovery.failed("load", "preload"));
  webContents.on("did-navigate", (_event, url, status) => {
    if (!isAppUrl(url)) recovery.failed("astray", schemeOf(url));
    else if (status >= 400) recovery.failed("load", String(status));
  });
  app.on("child-process-gone", (_event, { type, reason }) => {
    log("shell.gpu-gone", { process: type, reason, recent: recovery.helperGone() });
    // What a lost GPU process had drawn is lost with it.
    webContents.invalidate();
  });

  // A compositor's key or a window manager may ask the window to close: only the end of the process closes it.
  let quitting = false;
  app.on("before-quit", () => {
    quitting = true;
  });
  window.on("close", (event) => {
    if (!quitting) event.preventDefault();
  });
}

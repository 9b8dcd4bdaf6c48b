import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { SimulatedClock } from "../../base/clock.ts";
import { createLogger, type LogRecord } from "../../base/log.ts";
import { FakeElectron } from "../../tests/support/electron-fake.ts";
import { appProtocolHandler, listFiles } from "./app-protocol.ts";
import { isAppUrl } from "./app-url.ts";
import { CHANNELS } from "./channels.ts";
import { refusedArguments } from "./command-line.ts";
import { CONTENT_SECURITY_POLICY, SECURITY_HEADERS } from "./content-security-policy.ts";
import { FUSES } from "./fuses.ts";
import { keyAccepted } from "./keyboard.ts";
import { startShell } from "./shell.ts";

const ROOT = join(import.meta.dirname, "../..");
const UI = join(ROOT, "tests/e2e/shell/page");

const noPaper = async () => undefined;

let electron: FakeElectron;
let logs: LogRecord[];

function start(argv: readonly string[] = []): void {
  electron = new FakeElectron();
  logs = [];
  startShell(electron.api(), {
    options: { ui: UI, preload: "/shell/preload.cjs", kiosk: true },
    argv,
    testBuild: false,
    connect: () => connect("/nonexistent/socket"),
    paper: noPaper,
    clock: new SimulatedClock(),
    random: () => 0,
    log: createLogger("shell", (record) => logs.push(record)),
  });
}

beforeEach(async () => {
  start();
  await electron.ready();
});

type Options = { readonly kiosk: boolean; readonly webPreferences: Readonly<Record<string, unknown>> };
const preferences = () => (electron.windows[0] as Options).webPreferences;
const blocked = (what: string) => logs.filter(({ event, fields }) => event === "shell.blocked" && fields.what === what);

describe("Electron's security checklist", () => {
  test("checklist 1: only the shell's own scheme is loaded, and every other request is cancelled", () => {
    for (const [url] of electron.called("window.loadURL")) expect(isAppUrl(String(url))).toBe(true);
    const cancelled = (url: string, resourceType = "script") => {
      let cancel: boolean | undefined;
      electron.ask("webRequest.onBeforeRequest", { url, resourceType }, (answer: { cancel: boolean }) => {
        cancel = answer.cancel;
      });
      return cancel;
    };
    expect(cancelled("app://kiosk/index.html")).toBe(false);
    expect(cancelled("data:image/png;base64,AA", "image")).toBe(false);
    for (const url of [
      "http://127.0.0.1/",
      "https://example.invalid/",
      "ws://127.0.0.1/",
      "wss://example.invalid/",
      "file:///etc/passwd",
      "ftp://example.invalid/",
      "data:text/html,x",
      "blob:app://kiosk/x",
      "app://kiosk.example/",
      "app://kiosk@example.invalid/",
      "app://user@kiosk/",
      "app://kiosk:1/",
      "chrome://version",
      "about:blank",
      "not a url",
    ]) {
      expect([url, cancelled(url)]).toEqual([url, true]);
    }
  });

  test("checklist 2: no Node in pages, workers and frames", () => {
    expect(preferences()).toMatchObject({
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
    });
  });

  test("checklist 3: context isolation is on", () => expect(preferences()).toMatchObject({ contextIsolation: true }));

  test("checklist 4: every process is sandboxed, before anything is ready", () => {
    expect(preferences()).toMatchObject({ sandbox: true });
    const names = electron.calls.map(({ name }) => name);
    expect(names.indexOf("app.enableSandbox")).toBeGreaterThan(-1);
    expect(names.indexOf("app.enableSandbox")).toBeLessThan(names.indexOf("app.whenReady"));
  });

  test.each([
    "clipboard-read",
    "clipboard-sanitized-write",
    "display-capture",
    "fullscreen",
    "geolocation",
    "idle-detection",
    "media",
    "mediaKeySystem",
    "midi",
    "midiSysex",
    "notifications",
    "pointerLock",
    "keyboardLock",
    "openExternal",
    "speaker-selection",
    "storage-access",
    "top-level-storage-access",
    "window-management",
    "fileSystem",
    "unknown",
  ])("checklist 5: permission %s is denied when asked for and when checked", (permission) => {
    let granted: boolean | undefined;
    electron.ask("session.setPermissionRequestHandler", electron.contents, permission, (answer: boolean) => {
      granted = answer;
    });
    expect(granted).toBe(false);
    expect(electron.ask("session.setPermissionCheckHandler", null, permission, "app://kiosk", {})).toBe(false);
  });

  test("checklist 5: devices, screen capture and pairing are denied", () => {
    expect(electron.ask("session.setDevicePermissionHandler", {})).toBe(false);
    expect(electron.ask("session.setUSBProtectedClassesHandler", { protectedClasses: ["hid"] })).toEqual(["hid"]);
    for (const name of ["session.setDisplayMediaRequestHandler", "session.setBluetoothPairingHandler"]) {
      electron.ask(name, {}, (answer: object) => expect(Object.values(answer).some(Boolean)).toBe(false));
    }
    for (const event of ["select-hid-device", "select-usb-device"]) {
      expect(electron.raise("session", event, {}, {}, (id?: string) => expect(id).toBe(undefined))).toBe(true);
    }
    expect(electron.raise("session", "select-serial-port", {}, [], {}, (id: string) => expect(id).toBe(""))).toBe(true);
    expect(electron.raise("contents", "select-bluetooth-device", {}, [], (id: string) => expect(id).toBe(""))).toBe(
      true,
    );
  });

  test("checklist 6: web security is on", () => expect(preferences()).toMatchObject({ webSecurity: true }));

  test("checklist 7: the content security policy starts from nothing, and every answer carries it", async () => {
    expect(CONTENT_SECURITY_POLICY["default-src"]).toEqual(["'none'"]);
    for (const directive of ["connect-src", "frame-src", "worker-src", "object-src", "base-uri", "form-action"]) {
      expect(CONTENT_SECURITY_POLICY[directive]).toEqual(["'none'"]);
    }
    expect(CONTENT_SECURITY_POLICY["script-src"]).toEqual(["'self'"]);
    expect(CONTENT_SECURITY_POLICY["style-src"]).toEqual(["'self'"]);
    const sources = Object.values(CONTENT_SECURITY_POLICY).flat();
    for (const unsafe of ["'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "blob:"]) {
      expect(sources).not.toContain(unsafe);
    }
    for (const freedom of ["allow-modals", "allow-popups", "allow-downloads", "allow-top-navigation"]) {
      expect(CONTENT_SECURITY_POLICY.sandbox).not.toContain(freedom);
    }
    const files = await listFiles(UI);
    if (!files.ok) throw new Error(files.error.message);
    for (const path of ["/", "/page.js", "/missing", "/out-of-service.html"]) {
      const response = await appProtocolHandler(files.value, noPaper)(new Request(`app://kiosk${path}`));
      expect(response.headers.get("content-security-policy")).toBe(SECURITY_HEADERS["content-security-policy"]);
    }
  });

  test("checklist 8: no insecure content is mixed in", () =>
    expect(preferences()).toMatchObject({ allowRunningInsecureContent: false }));

  test("checklist 9: no experimental features", () =>
    expect(preferences()).toMatchObject({ experimentalFeatures: false }));

  test("checklist 10: no Blink features by name", () =>
    expect(preferences()).not.toHaveProperty("enableBlinkFeatures"));

  test("checklist 11: there is no webview tag", () => expect(preferences()).toMatchObject({ webviewTag: false }));

  test("checklist 12: a webview that is attached all the same is refused", () =>
    expect(electron.raise("contents", "will-attach-webview")).toBe(true));

  test.each(["http://127.0.0.1/", "app://kiosk/", "app://kiosk.example/", "file:///", "not a url"])(
    "checklist 13: navigation to %s is refused in the page and in its frames",
    (url) => {
      expect(electron.raise("contents", "will-navigate", { url, isMainFrame: true })).toBe(true);
      expect(electron.raise("contents", "will-frame-navigate", { url, isMainFrame: false })).toBe(true);
      expect(electron.raise("contents", "will-redirect", { url })).toBe(url !== "app://kiosk/");
    },
  );

  test("checklist 14: no window is opened", () => {
    expect(electron.ask("contents.setWindowOpenHandler", { url: "app://kiosk/" })).toEqual({ action: "deny" });
    expect(blocked("window")).toHaveLength(1);
  });

  test("checklist 15: nothing is handed to other programs", () =>
    expect(sources().filter(({ code }) => /\bopenExternal\(|\bopenPath\(/.test(code))).toEqual([]));

  test("checklist 16: Electron is of the majors that are maintained, and one version is named everywhere", () => {
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    // 43, 44 and 45 are maintained as of 2026-11; a new major comes every eight weeks.
    expect(Number(devDependencies.electron.split(".")[0])).toBeGreaterThanOrEqual(43);
    expect(builder().electronVersion).toBe(devDependencies.electron);
  });

  describe("checklist 17: who may speak", () => {
    const good = JSON.stringify({
      type: "intent",
      id: "00000000-0000-4000-8000-000000000001",
      view: 1,
      intent: { type: "START" },
    });
    const frame = { url: "app://kiosk/", origin: "app://kiosk", parent: null };
    const speak = (senderFrame: object | null, sender: unknown = electron.contents, ...payload: unknown[]) => {
      electron.ipcMain.emit(CHANNELS.fromPage, { sender, senderFrame }, ...(payload.length > 0 ? payload : [good]));
      return logs.filter(({ event }) => event === "shell.page-message-refused").map(({ fields }) => fields.reason);
    };
    test("checklist 17: our page's main frame is heard", () => expect(speak(frame)).toEqual([]));
    test.each([
      ["a frame that is gone", null],
      ["a frame in the page", { ...frame, parent: frame }],
      ["a page of another address", { ...frame, url: "https://example.invalid/" }],
      ["a page of another origin", { ...frame, origin: "null" }],
      ["a look-alike", { ...frame, url: "app://kiosk.example/", origin: "app://kiosk.example" }],
    ])("checklist 17: %s is not heard", (_name, senderFrame) => expect(speak(senderFrame)).toEqual(["sender"]));
    test("checklist 17: another window is not heard", () => expect(speak(frame, {})).toEqual(["sender"]));
    test("checklist 17: a second argument is refused", () =>
      expect(speak(frame, electron.contents, good, good)).toEqual(["malformed"]));
  });

  test("checklist 18: pages come from a scheme of our own with a fixed file map, never from files", async () => {
    const files = await listFiles(UI);
    if (!files.ok) throw new Error(files.error.message);
    const handler = appProtocolHandler(files.value, noPaper);
    const status = async (url: string, method = "GET") => (await handler(new Request(url, { method }))).status;
    expect(await status("app://kiosk/")).toBe(200);
    expect(await status("app://kiosk/index.html?x=1#y")).toBe(200);
    for (const url of [
      "app://kiosk/../suite.ts",
      "app://kiosk/%2e%2e/suite.ts",
      "app://kiosk/..%2fsuite.ts",
      "app://kiosk//etc/passwd",
      "app://kiosk/PAGE.JS",
      "app://kiosk/page.js/",
      "app://other/",
      "https://kiosk/",
    ]) {
      expect([url, await status(url)]).toEqual([url, 404]);
    }
    expect(await status("app://kiosk/", "POST")).toBe(405);
    expect(electron.called("protocol.registerSchemesAsPrivileged")).toEqual([
      [[{ scheme: "app", privileges: { standard: true, secure: true, stream: true } }]],
    ]);
    expect(sources().filter(({ code }) => /loadFile\(|["']file:/.test(code))).toEqual([]);
  });

  test("checklist 19: the package's fuses are the table's", () => {
    expect(builder().electronFuses).toEqual(FUSES);
    expect(FUSES).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  test("checklist 20: the preload exposes functions of its own, never Electron's", () => {
    const preload = readFileSync(join(import.meta.dirname, "preload.ts"), "utf8");
    expect(preload.match(/exposeInMainWorld\(/g)).toHaveLength(1);
    expect(preload).toContain('exposeInMainWorld("ventanilla", bridge)');
    const bridge = /const bridge[\s\S]*?\n};/.exec(preload)?.[0] ?? "";
    expect(bridge).not.toMatch(/ipcRenderer(?!\.send\(CHANNELS\.)/);
    expect(bridge).not.toMatch(/event/);
  });
});

describe("settings beyond the checklist", () => {
  test("no developer tools, dialogs, spelling, plug-ins, dropped pages; full screen", () => {
    expect(preferences()).toMatchObject({
      devTools: false,
      disableDialogs: true,
      navigateOnDragDrop: false,
      spellcheck: false,
      plugins: false,
      preload: "/shell/preload.cjs",
      session: electron.session,
    });
    expect(electron.windows[0]).toMatchObject({ kiosk: true, frame: false });
    expect(electron.called("Menu.setApplicationMenu")).toEqual([[null]]);
    expect(electron.called("session.setSpellCheckerEnabled")).toEqual([[false]]);
    expect(electron.called("powerSaveBlocker.start")).toEqual([["prevent-display-sleep"]]);
  });

  test("the session is in memory", () =>
    expect(electron.called("session.fromPartition")).toEqual([
      [expect.not.stringContaining("persist:"), { cache: false }],
    ]));

  test("certificates are rejected, credentials are not given, downloads do not begin", () => {
    expect(
      electron.raise("app", "certificate-error", {}, {}, "", "", {}, (ok: boolean) => expect(ok).toBe(false)),
    ).toBe(true);
    electron.ask("session.setCertificateVerifyProc", {}, (code: number) => expect(code).toBe(-2));
    expect(electron.raise("app", "select-client-certificate")).toBe(true);
    expect(electron.raise("app", "login")).toBe(true);
    expect(electron.raise("session", "will-download", {}, { getURL: () => "blob:x" })).toBe(true);
  });

  test("WebRTC and everything else is sent to a proxy that is not there", () => {
    expect(electron.called("contents.setWebRTCIPHandlingPolicy")).toEqual([["disable_non_proxied_udp"]]);
    expect(electron.called("session.setProxy")).toEqual([
      [{ mode: "fixed_servers", proxyRules: "http://127.0.0.1:9", proxyBypassRules: "<-loopback>" }],
    ]);
  });

  test("pinch and swipe are off, names do not resolve", () =>
    expect(electron.called("commandLine.appendSwitch")).toEqual(
      expect.arrayContaining([
        ["disable-pinch", undefined],
        ["overscroll-history-navigation", "0"],
        ["host-resolver-rules", "MAP * ~NOTFOUND"],
      ]),
    ));

  test("the window does not close until the shell ends", () => {
    expect(electron.raise("window", "close")).toBe(true);
    electron.app.emit("before-quit");
    expect(electron.raise("window", "close")).toBe(false);
  });

  test("a lost GPU process is counted and the window is drawn again", () => {
    for (let lost = 1; lost <= 2; lost++) {
      electron.raise("app", "child-process-gone", {}, { type: "GPU", reason: "crashed" });
      expect(logs.findLast(({ event }) => event === "shell.gpu-gone")?.fields.recent).toBe(lost);
    }
    expect(electron.called("contents.invalidate")).toHaveLength(2);
  });

  test.each([
    "--remote-debugging-port=9222",
    "--remote-debugging-pipe",
    "--inspect",
    "--inspect-brk=0",
    "--no-sandbox",
    "--disable-web-security",
    "--ignore-certificate-errors",
    "--host-resolver-rules=MAP * 127.0.0.1",
    "--proxy-server=127.0.0.1:8080",
    "--js-flags=--allow-natives-syntax",
    "--load-extension=/x",
    "--enable-logging",
    "-r",
    "--a-switch-that-is-not-invented-yet",
  ])("the shell does not start with %s", (argument) => {
    start(["main.js", argument]);
    expect(electron.called("app.exit")).toEqual([[64]]);
    expect(electron.called("app.whenReady")).toEqual([]);
    expect(logs).toMatchObject([{ event: "shell.refused-start", fields: { code: "shell.forbidden-argument" } }]);
  });

  test("the window system may be named", () =>
    expect(refusedArguments(["main.js", "--ozone-platform=wayland"], false)).toEqual([]));

  test("a second shell leaves the first alone", () => {
    const second = new FakeElectron();
    second.firstInstance = false;
    startShell(second.api(), {
      options: { ui: UI, preload: "", kiosk: true },
      argv: [],
      testBuild: false,
      connect: () => connect("/nonexistent/socket"),
      paper: noPaper,
      clock: new SimulatedClock(),
      random: () => 0,
      log: () => {},
    });
    expect(second.called("app.exit")).toEqual([[0]]);
    expect(second.windows).toEqual([]);
  });

  test.each(["a", "Ñ", "7", " ", "@", "Tab", "Enter", "Backspace", "ArrowUp"])("the key %j reaches the page", (key) =>
    expect(keyAccepted({ key, control: false, alt: false, meta: false })).toBe(true),
  );

  test("no key with Control, Alt or Meta reaches the page, nor any function, browser or media key", () => {
    for (const held of ["control", "alt", "meta"]) {
      expect(keyAccepted({ key: "a", control: false, alt: false, meta: false, [held]: true })).toBe(false);
    }
    const functionKeys = Array.from({ length: 24 }, (_, index) => `F${index + 1}`);
    for (const key of [
      ...functionKeys,
      "PrintScreen",
      "ContextMenu",
      "BrowserHome",
      "MediaPlayPause",
      "Meta",
      "Help",
      "",
    ]) {
      expect([key, keyAccepted({ key, control: false, alt: false, meta: false })]).toEqual([key, false]);
    }
  });
});

describe("what the code may not say", () => {
  test.each([
    ["turn off web security", /webSecurity:\s*false/],
    ["give Node to a page", /nodeIntegration\w*:\s*true/],
    ["give up isolation or the sandbox", /(contextIsolation|sandbox):\s*false/],
    ["load plain http", /loadURL\(\s*["'`]http/],
    ["use remote or a webview", /webviewTag:\s*true|@electron\/remote/],
    ["answer calls without the checked way", /ipcMain\.(handle|handleOnce|once)\(/],
    ["run text in a page", /executeJavaScript|insertCSS|eval\(/],
    ["open developer tools", /openDevTools/],
    ["start programs", /node:child_process/],
  ])("the shell's source does not %s", (_name, pattern) =>
    expect(sources().filter(({ code }) => pattern.test(code))).toEqual([]),
  );

  test("Electron is imported at run time in main and preload only", () => {
    const importers = sources().filter(({ code }) => /^import (?!type).*from "electron"/m.test(code));
    expect(importers.map(({ file }) => file).sort()).toEqual(["main.ts", "preload.ts"]);
  });

  test("the package holds only the bundles, and is made without downloads", () => {
    expect(builder()).toMatchObject({
      npmRebuild: false,
      asar: true,
      publish: null,
      linux: { target: [{ target: "dir" }] },
    });
    expect(builder().electronDist).toEqual(expect.any(String));
    expect(builder().files.filter((pattern: string) => pattern.startsWith("!"))).toEqual([
      "!**/*",
      "!node_modules/**/*",
    ]);
  });
});

function sources(): { file: string; code: string }[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => ({ file, code: readFileSync(join(import.meta.dirname, file), "utf8") }));
}

function builder() {
  return parse(readFileSync(join(ROOT, "electron-builder.yml"), "utf8"));
}

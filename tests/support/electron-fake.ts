import { EventEmitter } from "node:events";
import type { ElectronApi } from "../../kiosk/shell-electron/electron-api.ts";

type Handler = (...values: never[]) => unknown;

/** An Electron that records: every call by its dotted name, every handler that was set, every event's listeners. */
export class FakeElectron {
  /** `app.enableSandbox`, `session.setProxy`, … with arguments, in order. */
  readonly calls: { readonly name: string; readonly values: readonly unknown[] }[] = [];
  /** The last function given to a `set…Handler`-like call, by the call's name. */
  readonly handlers = new Map<string, Handler>();
  readonly app = this.#part("app", {
    exit: undefined,
    enableSandbox: undefined,
    requestSingleInstanceLock: () => this.firstInstance,
    whenReady: () => this.#ready.promise,
  });
  readonly ipcMain = new EventEmitter();
  readonly session = this.#part("session", {
    setPermissionRequestHandler: undefined,
    setPermissionCheckHandler: undefined,
    setDevicePermissionHandler: undefined,
    setUSBProtectedClassesHandler: undefined,
    setBluetoothPairingHandler: undefined,
    setDisplayMediaRequestHandler: undefined,
    setCertificateVerifyProc: undefined,
    setSpellCheckerEnabled: undefined,
    setProxy: async () => {},
    clearData: async () => {},
    clearAuthCache: async () => {},
    clearHostResolverCache: async () => {},
  });
  readonly contents = this.#part("contents", {
    setWindowOpenHandler: undefined,
    setZoomFactor: undefined,
    setWebRTCIPHandlingPolicy: undefined,
    closeDevTools: undefined,
    invalidate: undefined,
    send: undefined,
    forcefullyCrashRenderer: undefined,
    isDestroyed: () => false,
  });
  readonly window = this.#part("window", { loadURL: async () => {}, focus: undefined });
  readonly windows: unknown[] = [];
  readonly #ready = Promise.withResolvers<void>();
  firstInstance = true;

  /** Electron's `ready`, and everything that follows it at once. */
  async ready(): Promise<void> {
    this.#ready.resolve();
    // Reading the screens' directory takes real turns of the event loop.
    while (this.windows.length === 0) await new Promise((resolve) => setImmediate(resolve));
  }

  called(name: string): readonly (readonly unknown[])[] {
    return this.calls.filter((call) => call.name === name).map(({ values }) => values);
  }

  /** Calls the handler that was given to `name`. */
  ask(name: string, ...values: unknown[]): unknown {
    const handler = this.handlers.get(name);
    if (handler === undefined) throw new Error(`nothing was given to ${name}`);
    return handler(...(values as never[]));
  }

  /** Raises an event on a part; whether its default was prevented. */
  raise(
    part: "app" | "session" | "contents" | "window",
    event: string,
    more: object = {},
    ...values: unknown[]
  ): boolean {
    let prevented = false;
    this[part].emit(event, { ...more, preventDefault: () => (prevented = true) }, ...values);
    return prevented;
  }

  api(): ElectronApi {
    const record = (name: string, answer?: Handler) => this.#recorder(name, answer);
    const { app, contents, window, windows } = this;
    class BrowserWindow {
      constructor(options: unknown) {
        windows.push(options);
        app.emit("web-contents-created", {}, contents);
        Object.assign(window, { webContents: contents });
        // biome-ignore lint/correctness/noConstructorReturn: there is one window, which tests hold already
        return window;
      }
    }
    Object.assign(this.app, { commandLine: { appendSwitch: record("commandLine.appendSwitch") } });
    Object.assign(this.session, {
      protocol: { handle: record("protocol.handle") },
      webRequest: { onBeforeRequest: record("webRequest.onBeforeRequest") },
    });
    const api = {
      app,
      BrowserWindow,
      ipcMain: this.ipcMain,
      clipboard: { clear: record("clipboard.clear") },
      Menu: { setApplicationMenu: record("Menu.setApplicationMenu") },
      powerSaveBlocker: { start: record("powerSaveBlocker.start") },
      protocol: { registerSchemesAsPrivileged: record("protocol.registerSchemesAsPrivileged") },
      session: { fromPartition: record("session.fromPartition", () => this.session) },
    };
    return api as unknown as ElectronApi;
  }

  #part(name: string, methods: Readonly<Record<string, Handler | undefined>>): EventEmitter {
    const recorders = Object.entries(methods).map(([method, answer]) => [
      method,
      this.#recorder(`${name}.${method}`, answer),
    ]);
    return Object.assign(new EventEmitter(), Object.fromEntries(recorders));
  }

  #recorder(name: string, answer?: Handler): (...values: unknown[]) => unknown {
    return (...values) => {
      this.calls.push({ name, values });
      const handler = values.findLast((value) => typeof value === "function");
      if (handler !== undefined) this.handlers.set(name, handler as Handler);
      return answer?.(...(values as never[]));
    };
  }
}

import type { BrowserWindowConstructorOptions, Session } from "electron";

/** In memory only: no `persist:`. A new process has nothing of the one before. */
export const PARTITION = "kiosk";

/**
 * Every preference that bears on safety is written down, also where Electron's default is the same: a default may change,
 * and a reader should not have to know it.
 *
 * @param preload absolute path of the preload bundle.
 * @param kiosk full screen without a frame; off only on a developer's desk.
 */
export function windowOptions(preload: string, session: Session, kiosk: boolean): BrowserWindowConstructorOptions {
  return {
    kiosk,
    fullscreen: kiosk,
    frame: !kiosk,
    width: 1080,
    height: 1920,
    show: true,
    backgroundColor: "#0f69b4",
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      session,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      contextIsolation: true,
      sandbox: true,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      devTools: false,
      disableDialogs: true,
      safeDialogs: true,
      navigateOnDragDrop: false,
      spellcheck: false,
      plugins: false,
      enableWebSQL: false,
      // Recordings speak before anybody has touched the screen.
      autoplayPolicy: "no-user-gesture-required",
      // A covered window (a screen saver, another compositor surface) must not slow a payment's prompts down.
      backgroundThrottling: false,
    },
  };
}

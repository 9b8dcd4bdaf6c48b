/** The part of Electron that the shell may use. It is injected, so that the whole policy is tested without a binary. */
export type ElectronApi = Pick<
  typeof import("electron"),
  "app" | "BrowserWindow" | "clipboard" | "ipcMain" | "Menu" | "powerSaveBlocker" | "protocol" | "session"
>;

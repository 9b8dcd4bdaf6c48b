/**
 * Names of the IPC channels. Main side (`ipc.ts`), preload (`preload.ts`) and tests derive from this one object; payloads
 * are those of `kiosk/contract`.
 */
export const CHANNELS = {
  /** Page to main: the page listens and wants the present state. No payload. */
  ready: "ventanilla:ready",
  /** Page to main: a `ClientMessage` as JSON text, so that its size is known before it is parsed. */
  fromPage: "ventanilla:from-page",
  /** Main to page: a `BridgeMessage`. */
  toPage: "ventanilla:to-page",
  /** Main to page, and the answer: proof that the page's thread runs. The payload is a number that comes back. */
  ping: "ventanilla:ping",
  pong: "ventanilla:pong",
} as const;

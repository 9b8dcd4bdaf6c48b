/**
 * Chromium cannot be taught a scheme over DevTools, so that `app://kiosk/` is `https://kiosk.app.invalid/` inside it: also a
 * standard, secure scheme with a host, and a name that never resolves. Electron's side sees `app://` only.
 */
const SUFFIX = ".app.invalid";

export function toChromium(url: string): string {
  const app = /^app:\/\/([^/?#]+)(.*)$/.exec(url);
  return app === null ? url : `https://${app[1]}${SUFFIX}${app[2]}`;
}

export function toElectron(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, href, origin } = new URL(url);
  if (protocol !== "https:" || !host.endsWith(SUFFIX)) return url;
  return `app://${host.slice(0, -SUFFIX.length)}${href.slice(origin.length)}`;
}

/** The serialised origin as `WebFrameMain.origin` has it. */
export function originOf(url: string): string {
  const electron = toElectron(url);
  if (electron.startsWith("app:")) return `app://${new URL(electron).host}`;
  return URL.canParse(url) ? new URL(url).origin : "null";
}

import type { Session } from "electron";
import type { Clock } from "../../base/clock.ts";
import { withDeadline } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { ok } from "../../base/result.ts";
import { APP_SCHEME, isAppUrl, schemeOf } from "./app-url.ts";
import type { ElectronApi } from "./electron-api.ts";

/** Chromium's "reject" for a certificate verification. */
const CERTIFICATE_REJECTED = -2;

/**
 * A proxy where nobody listens (the discard port): what would pass by all other locks, such as WebRTC over TCP, ends there. No host
 * is excepted, this machine neither.
 */
const NOWHERE = { mode: "fixed_servers", proxyRules: "http://127.0.0.1:9", proxyBypassRules: "<-loopback>" } as const;

const WIPE_MILLISECONDS = 5_000;

/**
 * Closes everything that a session opens by default: permissions (Electron grants all unless told otherwise), devices,
 * screen capture, downloads, certificates, spelling dictionaries, and the network as a whole.
 */
export async function lockSession(session: Session, log: Logger): Promise<void> {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    log("shell.blocked", { what: "permission", detail: permission });
    answer(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setUSBProtectedClassesHandler(({ protectedClasses }) => protectedClasses);
  session.setBluetoothPairingHandler((_details, answer) => answer({ confirmed: false }));
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  session.setCertificateVerifyProc((_request, answer) => answer(CERTIFICATE_REJECTED));
  session.setSpellCheckerEnabled(false);

  for (const event of ["select-hid-device", "select-usb-device"] as const) {
    session.on(event as "select-hid-device", (raised, _details, answer) => {
      raised.preventDefault();
      log("shell.blocked", { what: "device", detail: event });
      answer();
    });
  }
  session.on("select-serial-port", (raised, _ports, _contents, answer) => {
    raised.preventDefault();
    log("shell.blocked", { what: "device", detail: "select-serial-port" });
    answer("");
  });
  session.on("will-download", (raised, item) => {
    raised.preventDefault();
    log("shell.blocked", { what: "download", detail: schemeOf(item.getURL()) });
  });
  session.webRequest.onBeforeRequest(({ url, resourceType }, answer) => {
    const allowed = isAppUrl(url) || (resourceType === "image" && schemeOf(url) === "data");
    if (!allowed) log("shell.blocked", { what: "request", detail: schemeOf(url) });
    answer({ cancel: !allowed });
  });
  await session.setProxy(NOWHERE);
}

/** Deletes what a citizen's session may have left with the browser: storage, caches, credentials, clipboard. */
export async function wipeSession(
  session: Session,
  clipboard: ElectronApi["clipboard"],
  clock: Clock,
  log: Logger,
): Promise<void> {
  const from = clock.monotonic();
  const wiped = await withDeadline(clock, WIPE_MILLISECONDS, undefined, "wipe", async () => {
    await Promise.all([session.clearData(), session.clearAuthCache(), session.clearHostResolverCache()]);
    await clipboard.clear();
    return ok();
  });
  log("shell.wiped", { after: Math.round(clock.monotonic() - from), complete: wiped.ok });
}

export const PRIVILEGED_SCHEME: Electron.CustomScheme = {
  scheme: APP_SCHEME,
  // No bypassCSP, no service workers, no CORS, no fetch: the page needs files and nothing else.
  privileges: { standard: true, secure: true, stream: true },
};

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CdpConnection } from "./cdp.ts";

export type Browser = {
  readonly connection: CdpConnection;
  readonly endpoint: string;
  readonly directory: string;
  close(): Promise<void>;
};

/**
 * Starts Debian's Chromium without a window.
 *
 * @param switches what the shell appended to the command line: they have their real effect here.
 * @param webRtcPolicy which addresses WebRTC may use, by Chromium's name.
 */
export async function launchBrowser(switches: readonly string[], webRtcPolicy: string): Promise<Browser> {
  const directory = mkdtempSync(join(tmpdir(), "electron-stand-in-"));
  mkdirSync(join(directory, "Default"));
  const preferences = { webrtc: { ip_handling_policy: webRtcPolicy } };
  writeFileSync(join(directory, "Default", "Preferences"), JSON.stringify(preferences));
  const child = spawn(
    process.env.VENTANILLA_CHROMIUM ?? "/usr/bin/chromium",
    [
      "--headless",
      "--remote-debugging-port=0",
      `--user-data-dir=${directory}`,
      "--no-first-run",
      "--no-default-browser-check",
      "--disable-dev-shm-usage",
      "--disable-gpu",
      "--disable-extensions",
      "--window-size=1080,1920",
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      ...switches,
      "about:blank",
    ],
    { stdio: ["ignore", "ignore", "pipe"], detached: true, env: { ...process.env, TMPDIR: directory } },
  );
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const endpoint = await readEndpoint(child, exited);
  const connection = await CdpConnection.open(endpoint);
  return {
    connection,
    endpoint,
    directory,
    async close() {
      killGroup(child);
      await exited;
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function readEndpoint(child: ChildProcess, exited: Promise<void>): Promise<string> {
  if (child.stderr === null) throw new Error("no stderr");
  const lines = createInterface({ input: child.stderr });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  lines.on("line", (line) => {
    const endpoint = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (endpoint !== undefined) resolve(endpoint);
  });
  void exited.then(() => reject(new Error("Chromium ended before it listened")));
  return promise;
}

/** Chromium was made the leader of its own process group, so that its helpers end with it. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

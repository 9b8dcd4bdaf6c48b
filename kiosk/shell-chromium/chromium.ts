import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { writeEntryPage } from "./entry-page.ts";
import { chromiumFlags } from "./flags.ts";
import { type ChromiumShellOptions, entryAddress } from "./options.ts";
import type { Run } from "./supervisor.ts";

/** How long Chromium may take to end in good order, milliseconds. */
const GRACE = 3_000;

/** Starts Chromium once, with a profile of its own that goes with it. */
export function startChromium(options: ChromiumShellOptions, root: boolean, clock: Clock): Run {
  // mkdtemp makes the directory 0700: nobody else reads the profile, its cookie or the entry page.
  const profile = mkdtempSync(join(tmpdir(), "ventanilla-chromium-"));
  const entry = writeEntryPage(profile, entryAddress(options));
  // Its own process group, so that all its helpers end with it; its own place for temporary files, so that they go with it.
  const child = spawn(options.chromium, chromiumFlags({ profile, entry, headless: options.headless, root }), {
    detached: true,
    stdio: "ignore",
    env: { ...process.env, TMPDIR: profile },
  });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
    child.once("exit", (code, signal) => resolve(signal ?? `status-${code}`));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    async stop() {
      signalGroup(child, "SIGTERM");
      await Promise.race([ended, pause(clock, GRACE)]);
      // Also after a good end: a helper that hangs must not outlive it.
      signalGroup(child, "SIGKILL");
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // The whole group has ended already.
  }
}

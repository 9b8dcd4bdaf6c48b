import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { onStop } from "../../base/node/stop.ts";
import { buildShell } from "../../kiosk/shell-electron/build.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Electron's program where a distribution was put: the folder `ELECTRON_OVERRIDE_DIST_PATH`, else `dist` of the npm package.
 * Never fetches one.
 */
export function findElectron(
  environment: Environment,
  exists: (file: string) => boolean = existsSync,
): string | undefined {
  const packaged = dirname(createRequire(import.meta.url).resolve("electron/package.json"));
  return [environment.ELECTRON_OVERRIDE_DIST_PATH, join(packaged, "dist")]
    .flatMap((directory) => (directory === undefined ? [] : [join(directory, "electron")]))
    .find(exists);
}

/** Electron's program if a window of it can open here: it needs a display, and it does not run as root. */
export function electronForThisDesk(
  environment: Environment,
  root: boolean,
  exists?: (file: string) => boolean,
): string | undefined {
  if (root || !(environment.DISPLAY || environment.WAYLAND_DISPLAY)) return undefined;
  return findElectron(environment, exists);
}

/** Builds the shell and runs it on Electron until it ends or this process is told to stop; its exit status. */
async function launch(program: string): Promise<number> {
  const bundle = await buildShell();
  const { ELECTRON_RUN_AS_NODE: _node, NODE_OPTIONS: _options, ...environment } = process.env;
  const child = spawn(program, [join(bundle, "main.js")], {
    stdio: ["ignore", "inherit", "inherit"],
    env: environment,
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
  onStop(() => child.kill("SIGTERM"));
  process.stdout.write(`shell shows the kiosk on Electron (${program})\n`);
  return ended;
}

/** The Electron shell as a part of the demonstration; options by the environment, see `kiosk/shell-electron/options.ts`. */
if (import.meta.main) {
  const program = findElectron(process.env);
  if (program === undefined) {
    process.stderr.write(
      "There is no Electron here: set ELECTRON_OVERRIDE_DIST_PATH to the folder of a distribution.\n",
    );
    process.exitCode = 64;
  } else {
    process.exitCode = await launch(program);
    process.exit();
  }
}

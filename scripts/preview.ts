import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { onStop } from "../base/node/stop.ts";
import { systemClock } from "../base/node/system-clock.ts";
import { serviceFolders, sharedParts, shownPath } from "../flows/node/load-services.ts";
import { Preview } from "../kiosk/preview/preview.ts";
import { startPreviewServer } from "../kiosk/preview/server.ts";
import { watchFolder } from "../kiosk/preview/watch-folder.ts";
import { buildPreview, PREVIEW_FOLDER } from "./build-preview.ts";
import { buildUi, UI_FOLDER } from "./build-ui.ts";

const USAGE = `npm run services -- preview <path> [--port N] [--no-open]

Shows the service in the folder <path> on the kiosk's own screens while it is written. Nothing else has to run.
Ctrl-C ends it.
`;

const CHROMIUM = process.env.VENTANILLA_CHROMIUM ?? "/usr/bin/chromium";

function leave(message: string, status: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(status);
}

function readOptions() {
  try {
    return parseArgs({
      args: process.argv.slice(3),
      allowPositionals: true,
      allowNegative: true,
      options: { port: { type: "string", default: "0" }, open: { type: "boolean", default: true } },
    });
  } catch (problem) {
    return leave(`${problem instanceof Error ? problem.message : problem}\n\n${USAGE}`, 64);
  }
}

const { values, positionals } = readOptions();
const [path, ...more] = positionals;
const port = Number(values.port);
if (path === undefined || more.length > 0) leave(USAGE, 64);
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  leave(`--port must be a port number from 0 to 65535, not "${values.port}".`, 64);
const folders = await serviceFolders(path).catch(() => []);
const [folder] = folders;
if (folder === undefined)
  leave(`There is no service.yaml at or below ${path}. Begin one: npm run services -- new <institution>/<service>`, 64);
if (folders.length > 1)
  leave(
    `There are several services below ${path}. Choose one:\n${folders.map((one) => `  ${shownPath(one)}`).join("\n")}`,
    64,
  );

await Promise.all([buildUi(), buildPreview()]);
const preview = new Preview(shownPath(folder));
await preview.reload();
const served = await startPreviewServer({ preview, ui: UI_FOLDER, panel: PREVIEW_FOLDER, port });
if (!served.ok) leave(`${served.error.message}. Choose another port with --port N (0 takes a free one).`, 1);
const watched = [folder, sharedParts(folder)].filter((one) => existsSync(one));
const watching = watched.map((one) => watchFolder(one, systemClock, () => void preview.reload()));
process.stdout.write(`preview ${served.value.url}\n`);

const window = values.open ? openWindow(served.value.url) : undefined;
onStop(() => {
  for (const stop of watching) stop();
  window?.close();
  void served.value.stop().then(() => process.exit(0));
});

/** A window of its own where there is a display and Chromium; elsewhere the address is what there is. */
function openWindow(url: string): { readonly close: () => void } | undefined {
  const display = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!display || !existsSync(CHROMIUM)) {
    process.stdout.write(`Open the address above in a browser on this machine. Ctrl-C ends the preview.\n`);
    return undefined;
  }
  const profile = mkdtempSync(join(tmpdir(), "ventanilla-preview-"));
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const child = spawn(CHROMIUM, [`--app=${url}`, `--user-data-dir=${profile}`, "--no-first-run", ...root], {
    stdio: "ignore",
  });
  child.on("error", () => process.stdout.write("Chromium does not start. Open the address above in a browser.\n"));
  child.on("exit", () => rmSync(profile, { recursive: true, force: true }));
  return { close: () => child.kill() };
}

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { onStop } from "../base/node/stop.ts";
import { systemClock } from "../base/node/system-clock.ts";
import { languageOf, type Told, told } from "../base/told.ts";
import { serviceFolders, sharedParts, shownPath } from "../flows/node/load-services.ts";
import { Preview } from "../kiosk/preview/preview.ts";
import { startPreviewServer } from "../kiosk/preview/server.ts";
import { watchFolder } from "../kiosk/preview/watch-folder.ts";
import { buildPreview, PREVIEW_FOLDER } from "./build-preview.ts";
import { buildUi, UI_FOLDER } from "./build-ui.ts";

const USAGE = told(
  `npm run services -- preview <path> [--port N] [--no-open]

Shows the service in the folder <path> on the kiosk's own screens while it is written. Nothing else has to run.
Ctrl-C ends it.
`,
  `npm run services -- preview <carpeta> [--port N] [--no-open]

Muestra el servicio de la carpeta en las pantallas del tótem mientras usted lo escribe. No necesita nada más.
Ctrl-C lo termina.
`,
);
const OPEN = told(
  "Open the address above in a browser on this machine. Ctrl-C ends the preview.",
  "Abra la dirección de arriba en un navegador de este computador. Ctrl-C termina la vista previa.",
);
const NO_CHROMIUM = told(
  "Chromium does not start. Open the address above in a browser.",
  "Chromium no parte. Abra la dirección de arriba en un navegador.",
);

const language = languageOf(process.env.LANG);

const CHROMIUM = process.env.VENTANILLA_CHROMIUM ?? "/usr/bin/chromium";

function leave(message: Told, status: number): never {
  process.stderr.write(`${message[language]}\n`);
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
    const words = process.argv.slice(3).join(" ");
    return leave(
      told(
        `${problem instanceof Error ? problem.message : problem}\n\n${USAGE.en}`,
        `No se entiende "${words}".\n\n${USAGE.es}`,
      ),
      64,
    );
  }
}

const { values, positionals } = readOptions();
const [path, ...more] = positionals;
const port = Number(values.port);
if (path === undefined || more.length > 0) leave(USAGE, 64);
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  leave(
    told(
      `--port must be a port number from 0 to 65535, not "${values.port}".`,
      `--port lleva un número de 0 a 65535, y no "${values.port}".`,
    ),
    64,
  );
const folders = await serviceFolders(path).catch(() => []);
const [folder] = folders;
if (folder === undefined)
  leave(
    told(
      `There is no service.yaml at or below ${path}. Begin one: npm run services -- new <institution>/<service>`,
      `No hay un archivo service.yaml en ${path} ni en sus carpetas. Comience uno: npm run services -- new <institución>/<servicio>`,
    ),
    64,
  );
if (folders.length > 1) {
  const list = folders.map((one) => `  ${shownPath(one)}`).join("\n");
  leave(
    told(
      `There are several services below ${path}. Choose one:\n${list}`,
      `Hay varios servicios en ${path}. Elija uno:\n${list}`,
    ),
    64,
  );
}

await Promise.all([buildUi(), buildPreview()]);
const preview = new Preview(shownPath(folder), language);
await preview.reload();
const served = await startPreviewServer({ preview, ui: UI_FOLDER, panel: PREVIEW_FOLDER, port });
if (!served.ok) {
  const { message } = served.error;
  leave(
    told(
      `${message}. Choose another port with --port N (0 takes a free one).`,
      `No se pudo abrir la dirección (${message}). Elija otro número con --port N (0 toma uno libre).`,
    ),
    1,
  );
}
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
    process.stdout.write(`${OPEN[language]}\n`);
    return undefined;
  }
  const profile = mkdtempSync(join(tmpdir(), "ventanilla-preview-"));
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const child = spawn(CHROMIUM, [`--app=${url}`, `--user-data-dir=${profile}`, "--no-first-run", ...root], {
    stdio: "ignore",
  });
  child.on("error", () => process.stdout.write(`${NO_CHROMIUM[language]}\n`));
  child.on("exit", () => rmSync(profile, { recursive: true, force: true }));
  return { close: () => child.kill() };
}

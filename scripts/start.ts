import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { onStop } from "../base/node/stop.ts";
import { buildConsole } from "./build-console.ts";
import { buildDock } from "./build-dock.ts";
import { UI_FOLDER } from "./build-ui.ts";
import { takeDirectory } from "./demo/data-lock.ts";
import { electronForThisDesk } from "./demo/electron.ts";
import { type FleetDemo, startFleetDemo } from "./demo/fleet-demo.ts";
import { Part } from "./demo/part.ts";
import { portProblem } from "./demo/ports.ts";
import { getVirtualReader } from "./system-packages.ts";

const USAGE = `npm start -- [options]

Brings up the whole demonstration on loopback: simulators, gateway, fleet server with its console, and three kiosks: one with a
shell on this screen, two beside it. Ctrl-C stops all.

  --kiosk-port N        4100   or VENTANILLA_KIOSK_PORT
  --console-port N      4200   or VENTANILLA_FLEET_PORT
  --devices-port N      4201   or VENTANILLA_FLEET_DEVICE_PORT (what kiosks speak to)
  --gateway-port N      4300   or VENTANILLA_GATEWAY_PORT
  --simulators-port N   4400   or VENTANILLA_SIMULATORS_PORT
  --data DIR            out/demo
  --kiosks N            3      from 1 to 3: fewer start sooner
  --no-shell            do not open a window
`;

const root = join(import.meta.dirname, "..");

function readOptions() {
  try {
    return parseArgs({
      options: {
        "kiosk-port": { type: "string", default: process.env.VENTANILLA_KIOSK_PORT ?? "4100" },
        "console-port": { type: "string", default: process.env.VENTANILLA_FLEET_PORT ?? "4200" },
        "devices-port": { type: "string", default: process.env.VENTANILLA_FLEET_DEVICE_PORT ?? "4201" },
        "gateway-port": { type: "string", default: process.env.VENTANILLA_GATEWAY_PORT ?? "4300" },
        "simulators-port": { type: "string", default: process.env.VENTANILLA_SIMULATORS_PORT ?? "4400" },
        data: { type: "string", default: join(root, "out", "demo") },
        kiosks: { type: "string", default: "3" },
        "no-shell": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(64);
  }
}

function portOf(name: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  process.stderr.write(`--${name} must be a port number from 0 to 65535, not ${JSON.stringify(text)}.\n`);
  process.exit(64);
}

const options = readOptions();
if (options.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const kiosks = Number(options.kiosks);
if (![1, 2, 3].includes(kiosks)) {
  process.stderr.write(`--kiosks must be 1, 2 or 3, not ${JSON.stringify(options.kiosks)}.\n`);
  process.exit(64);
}
const ports = {
  kiosk: portOf("kiosk-port", options["kiosk-port"]),
  console: portOf("console-port", options["console-port"]),
  devices: portOf("devices-port", options["devices-port"]),
  gateway: portOf("gateway-port", options["gateway-port"]),
  simulators: portOf("simulators-port", options["simulators-port"]),
};
mkdirSync(options.data, { recursive: true });
if (!takeDirectory(options.data)) {
  process.stderr.write(
    `A demonstration runs on ${options.data} already: stop it with Ctrl-C in its terminal, or give this one a directory of its own with --data DIR.\n`,
  );
  process.exit(1);
}
for (const [name, port] of Object.entries(ports)) {
  const problem = await portProblem(port);
  if (problem === undefined) continue;
  const why = problem === "EADDRINUSE" ? "is taken by another program" : `cannot be used (${problem})`;
  process.stderr.write(`Port ${port} ${why}: choose another with --${name}-port N (0 takes a free one).\n`);
  process.exit(1);
}
const say = (name: string, words: string) => process.stdout.write(`${name.padEnd(12)}${words}\n`);
const logFile = join(options.data, "demo.log");
writeFileSync(logFile, "");
const log = (part: string, line: string) => appendFileSync(logFile, `${part} ${line}\n`);

/** Whether a window can be opened here; where none can, the demonstration stands in for the screen. */
function hasScreen(): boolean {
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

let demo: FleetDemo | undefined;
let shell: Part | undefined;
let stopping = false;

async function stopAll(exitCode: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  await shell?.stop();
  await demo?.stop();
  // In the middle of the start there is no demonstration yet, but parts of it run.
  await Promise.all([...Part.running].map((part) => part.stop()));
  process.exit(exitCode);
}

/** The command that finds this demonstration's chip card reader. */
function driverLine(port: number, address: string): string {
  const moved = port === 4400 ? "" : `VENTANILLA_SIMULATORS_PORT=${new URL(address).port} `;
  return `${moved}npm run driver -- chip-card read --json`;
}

/** A part that dies is started again by its supervisor on a kiosk; here this process is the supervisor. */
function onCrash(part: Part, code: string): void {
  if (stopping) return;
  say(part.name, `ended with ${code}; starting it again (log: ${logFile})`);
  part.start().then(
    (address) => say(part.name, address),
    (error: Error) => {
      say(part.name, error.message);
      void stopAll(1);
    },
  );
}

onStop(() => void stopAll(0));
getVirtualReader();
await Promise.all([buildConsole(), buildDock()]);
try {
  const window = !options["no-shell"] && hasScreen();
  demo = await startFleetDemo({
    directory: options.data,
    ports: { ...ports, fleetDevices: ports.devices },
    ...{ kiosks, window, log, onReady: say, onCrash, onNews: (words) => say("", words) },
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nThe whole log is in ${logFile}.\n`);
  process.exit(1);
}
say("dock", `${demo.simulators} (present a card, tear the paper, cut the line)`);
say("driver", `${driverLine(ports.simulators, demo.simulators)} (reads the chip of the card in the dock's reader)`);
const [onScreen] = demo.kiosks;
if (!options["no-shell"] && onScreen !== undefined) {
  const electron = electronForThisDesk(process.env, process.getuid?.() === 0);
  shell = new Part({
    name: "shell",
    ...(electron === undefined
      ? {
          program: "kiosk/shell-chromium/main.ts",
          arguments: ["--address", onScreen.address, "--token-file", onScreen.tokenFile],
        }
      : {
          program: "scripts/demo/electron.ts",
          environment: { VENTANILLA_RUNTIME_SOCKET: onScreen.socket, VENTANILLA_UI: UI_FOLDER },
        }),
    log: (line) => log("shell", line),
    onCrash,
  });
  shell.start().then(
    (words) => say("shell", words),
    (error: Error) => say("shell", error.message),
  );
}
say("", `Log: ${logFile}. Ctrl-C stops all.`);

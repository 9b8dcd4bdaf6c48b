import { closeSync, constants, openSync, readFileSync, readSync, realpathSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { parse, stringify } from "yaml";
import { onStop } from "../../../base/node/stop.ts";
import { freePort } from "../../support/free-port.ts";
import { until } from "../../support/until.ts";
import { askGuest } from "./ask-guest.ts";
import { DATA, type Go, GUEST_PORT, type GuestLine, type GuestRequest, UNMOUNTABLE } from "./guest-protocol.ts";
import { startMachine } from "./machine.ts";
import { readPcFile, writePcFile } from "./pc-file.ts";

/**
 * A PC in place of the runtime's process: it says on its standard error what the runtime in the guest says, and to kill it is to pull its plug.
 * `pc.json` beside the configuration file says which machine and which disk.
 */
const AWAKE_WITHIN = 300_000;
const { config = "" } = parseArgs({ options: { config: { type: "string" } } }).values;
const folder = dirname(config);
const settings = readPcFile(folder);
const view = settings.view ?? (await freePort());
const control = await freePort();

const machine = startMachine({
  disk: `driver=nbd,node-name=data,server.type=unix,server.path=${settings.disk}`,
  cables: settings.cables.map((cable, index) => `serial,id=cable${index},path=${emptied(cable)}`),
  ports: new Map([
    [GUEST_PORT, control],
    [view, view],
  ]),
  console: join(folder, "console.log"),
  others: ["-incoming", `exec:cat ${settings.frozen}`],
});
writePcFile(folder, { ...settings, view, control, ...(machine.pid !== undefined && { machine: machine.pid }) });
machine.stderr?.pipe(process.stderr);
// It is on; whoever waits for the runtime inside waits for its view.
process.stdout.write(`kiosk http://127.0.0.1:${view}\n`);
// `close`: what it complained of has been passed on too.
machine.on("close", (status, signal) => process.exit(signal === null ? (status ?? 1) : 1));
onStop(() => {
  machine.kill("SIGKILL");
  process.exit(0);
});

const socketInGuest = "/run/view.sock";
const written: Record<string, unknown> = parse(readFileSync(config, "utf8"));
const shell = shellSocket(written);
rmSync(shell, { force: true });
createServer((outside) => {
  const inside = request({ do: "connect", socket: socketInGuest });
  inside.on("error", () => outside.destroy());
  outside.on("error", () => inside.destroy());
  outside.on("close", () => inside.destroy());
  outside.pipe(inside).pipe(outside);
}).listen(shell);

await until(
  "the machine awake",
  () =>
    askGuest(control, { do: "tell" }, 2_000).then(
      () => true,
      () => false,
    ),
  AWAKE_WITHIN,
);
createInterface({ input: request(go(written)) }).on("line", (line) => hear(JSON.parse(line)));

function hear(line: GuestLine): void {
  if (line.type === "said" || line.type === "logged") process.stderr.write(`${line.line}\n`);
  else if (line.type === "mounted") process.stderr.write("the guest has mounted its disk\n");
  else {
    process.stderr.write(line.type === "unmountable" ? `${line.kernel}\n${UNMOUNTABLE}\n` : `the runtime ended\n`);
    machine.kill("SIGKILL");
  }
}

function request(asked: GuestRequest): Socket {
  const socket = connect(control, "127.0.0.1");
  socket.write(`${JSON.stringify(asked)}\n`);
  return socket;
}

/** The configuration of this kiosk, as it lies on the guest's disk, and the files that it names. */
function go(outside: Record<string, unknown>): Go {
  const gateway = outside.gateway as Record<string, string>;
  const files: { path: string; text: string }[] = [];
  const carried = (file = "") => {
    files.push({ path: join("tls", basename(file)), text: readFileSync(file, "utf8") });
    return join(DATA, "tls", basename(file));
  };
  const kiosk = {
    ...outside,
    gateway: {
      url: (gateway.url ?? "").replace("127.0.0.1", "localhost"),
      ca: carried(gateway.ca),
      certificate: carried(gateway.certificate),
      key: carried(gateway.key),
    },
    data: join(DATA, "runtime"),
    view: { port: view, openPage: true, socket: socketInGuest, tokenFile: join(DATA, "view.token"), bundle: "/ui" },
    control: { socket: "/run/control.sock" },
    services: "/runtime/services",
  };
  files.push({ path: "kiosk.yaml", text: stringify(kiosk) });
  return { do: "go", now: Date.now(), files, view };
}

function shellSocket({ view: outside }: Record<string, unknown>): string {
  return (outside as { socket: string }).socket;
}

/** What was sent to a machine without power is lost: nothing of it waits in the line. */
function emptied(cable: string): string {
  const path = realpathSync(cable);
  const line = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  try {
    const bytes = Buffer.alloc(4_096);
    while (readSync(line, bytes) > 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
  } finally {
    closeSync(line);
  }
  return path;
}

import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PDFDocument } from "pdf-lib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startFleet } from "./fleet.ts";
import { type Machine, provision, startMachine, startProvision, writeKioskFile } from "./kit.ts";

/** A technician's morning, from a bare machine to a report at the office; each test goes on from the one before. */
const CODE = "7KQ2-M4XD-9TRB";
let machine: Machine;
let fleet: Awaited<ReturnType<typeof startFleet>>;
let kioskFile: string;
const file = (path: string) => readFileSync(join(machine.tree.folder, path), "utf8");

beforeAll(async () => {
  machine = await startMachine();
  fleet = await startFleet({ code: CODE, kiosk: "kiosk-17", place: "ChileAtiende Ñuñoa" });
  kioskFile = writeKioskFile(machine, "", "http://127.0.0.1:9");
  const identity = join(machine.tree.folder, "var/lib/ventanilla/agent/identity");
  writeFileSync(
    join(machine.tree.folder, "etc/ventanilla/agent.yaml"),
    `# The agent.\nserver: https://fleet.example\nidentity: ${identity}\n`,
  );
});
afterAll(async () => {
  await machine.stop();
  await fleet.close();
});

const enrolment = () => ["enrol", "--server", fleet.url, "--ca-fingerprint", fleet.fingerprint];

test("a wrong fingerprint, a wrong code and a server that is not there end with what to do", async () => {
  const wrongServer = await provision(machine, [
    "enrol",
    "--server",
    fleet.url,
    "--code",
    CODE,
    "--ca-fingerprint",
    "0".repeat(64),
  ]);
  expect(wrongServer).toMatchObject({ status: 1, complaint: expect.stringContaining("identity.server-not-trusted") });
  const wrongCode = await provision(machine, [...enrolment(), "--code", "7KQ2-M4XD-9TRC"]);
  expect(wrongCode).toMatchObject({ status: 1, complaint: expect.stringContaining("have a new code made") });
  const away = await provision(machine, [
    "enrol",
    "--server",
    "https://127.0.0.1:9",
    "--code",
    CODE,
    "--ca-fingerprint",
    fleet.fingerprint,
  ]);
  expect(away).toMatchObject({ status: 1, out: expect.stringContaining("Nobody listens there") });
});

test("a machine enrols, says who it is now, and does it once", async () => {
  const first = await provision(machine, [...enrolment(), "--code", CODE.toLowerCase().replaceAll("-", " ")]);
  expect(first.complaint).toBe("");
  expect(first.out).toContain("This machine is now kiosk-17 (ChileAtiende Ñuñoa).");
  expect(file("etc/ventanilla/agent.yaml")).toContain(`# The agent.\nserver: ${fleet.url}\n`);
  const second = await provision(machine, [...enrolment(), "--code", CODE]);
  expect(second).toMatchObject({ status: 0, out: expect.stringContaining("Nothing changed") });
});

test("each device shows which one it is", async () => {
  const printer = await provision(machine, [
    "devices",
    "identify",
    "ttyUSB0",
    "--kind",
    "receipt-printer",
    "--model",
    "custom-vkp80",
  ]);
  expect(printer).toMatchObject({
    status: 0,
    out: expect.stringContaining("It printed a paper that says “/dev/ttyUSB0”."),
  });
  await machine.devices.printer.actions.takeTicket?.run({});
  const terminal = await provision(machine, ["devices", "identify", "ttyUSB1", "--kind", "payment-terminal"]);
  expect(terminal).toMatchObject({ status: 0, out: expect.stringContaining("a payment terminal that answers") });
  const unsaid = await provision(machine, ["devices", "identify", "ttyUSB1"]);
  expect(unsaid).toMatchObject({ status: 64, complaint: expect.stringContaining("only you can say what it is") });
});

const bind = (id: string, kind: string, model: string, ...port: string[]) =>
  provision(machine, ["devices", "bind", id, "--kind", kind, "--model", model, ...port]);

test("devices are bound by identity or port under names that stay, and the file's comments with them", async () => {
  const printer = await bind("printer", "receipt-printer", "custom-vkp80", "--by", "0403:6001 serial A50285BI");
  expect(printer.complaint).toBe("");
  const terminal = await bind("terminal", "payment-terminal", "transbank-autoservicio", "--port", "ttyUSB1");
  expect(terminal.out).toContain("Leave it in this one");
  await bind("reader", "code-reader", "serial-scanner", "--port", "/dev/ttyACM0");
  expect(readFileSync(kioskFile, "utf8")).toContain(`# The kiosk at the entrance.
kiosk:
  id: kiosk-17
  place: ChileAtiende Ñuñoa
  screenWidth: 268
devices:
  - id: printer
    kind: receipt-printer
    model: custom-vkp80
    port: /dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00
  - id: terminal
    kind: payment-terminal
    model: transbank-autoservicio
    port: /dev/serial/by-path/pci-0000:00:14.0-usb-0:4.1:1.0
  - id: reader
    kind: code-reader
    model: serial-scanner
    port: /dev/serial/by-id/usb-Datalogic_Scanner_G00A-if00
`);
  const rules = file("etc/udev/rules.d/71-ventanilla-devices.rules");
  expect(rules.match(/^SUBSYSTEM.*$/gm)).toEqual([
    'SUBSYSTEM=="tty", ENV{ID_VENDOR_ID}=="0403", ENV{ID_MODEL_ID}=="6001", ENV{ID_USB_INTERFACE_NUM}=="00", ENV{ID_SERIAL_SHORT}=="A50285BI", SYMLINK+="ventanilla/printer"',
    'SUBSYSTEM=="tty", ENV{ID_VENDOR_ID}=="067b", ENV{ID_MODEL_ID}=="2303", ENV{ID_USB_INTERFACE_NUM}=="00", ENV{ID_PATH}=="pci-0000:00:14.0-usb-0:4.1:1.0", SYMLINK+="ventanilla/terminal"',
    'SUBSYSTEM=="tty", ENV{ID_VENDOR_ID}=="05f9", ENV{ID_MODEL_ID}=="4204", ENV{ID_USB_INTERFACE_NUM}=="00", ENV{ID_SERIAL_SHORT}=="G00A", SYMLINK+="ventanilla/reader"',
  ]);
});

test("the same binding again changes nothing", async () => {
  const before = readFileSync(kioskFile, "utf8");
  const again = await bind("printer", "receipt-printer", "custom-vkp80", "--port", "ttyUSB0");
  expect(again.status).toBe(0);
  expect(readFileSync(kioskFile, "utf8")).toBe(before);
});

test("a port that another device has, an unknown model and an empty port are refused", async () => {
  expect(await bind("other", "receipt-printer", "epson-tm", "--port", "ttyUSB0")).toMatchObject({
    ...{ status: 1, complaint: expect.stringContaining("printer has /dev/serial/by-id/usb-FTDI") },
  });
  expect(await bind("other", "receipt-printer", "epson-tx", "--port", "ttyUSB0")).toMatchObject({
    ...{ status: 1, complaint: expect.stringContaining("receipt-printer has: epson-tm, custom-vkp80") },
  });
  expect(await bind("other", "receipt-printer", "epson-tm", "--port", "ttyUSB9")).toMatchObject({
    ...{ status: 1, complaint: expect.stringContaining("provision.port-absent") },
  });
});

test("a kind that is not on a serial port is neither bound nor spoken to, and it is said why", async () => {
  const refused = { status: 1, complaint: expect.stringContaining("provision.kind-not-serial") };
  expect(await bind("backup", "ups", "nut", "--port", "ttyUSB0")).toMatchObject(refused);
  const elsewhere = { status: 1, complaint: expect.stringContaining("provision.model-unknown") };
  expect(await bind("terminal", "payment-terminal", "zvt-tcp", "--port", "ttyUSB1")).toMatchObject(elsewhere);
  expect(await provision(machine, ["devices", "identify", "ttyUSB0", "--kind", "ups"])).toMatchObject(refused);
});

test("a port that another program has open is refused, by the program's name", async () => {
  // What it inherits of the simulated device's own end must not count.
  const program = `for f in /proc/$$/fd/*; do n=\${f##*/}; ((n > 2)) && eval "exec $n>&-"; done
    exec 3<>"${join(machine.tree.folder, "dev/ttyACM0")}"; echo open; read wait`;
  const child = spawn("bash", ["-c", program]);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  expect(await bind("reader", "code-reader", "serial-scanner", "--port", "ttyACM0")).toMatchObject({
    ...{ status: 1, complaint: expect.stringContaining(`/dev/ttyACM0: bash, process ${child.pid}`) },
  });
  child.stdin.end();
});

test("what is pulled out is named", async () => {
  const asked = startProvision(machine, ["devices", "identify"]);
  let said = "";
  asked.stdout.on("data", (bytes) => {
    said += bytes;
    if (said.includes("Pull out now")) void machine.devices.reader.actions.unplug?.run({});
  });
  await new Promise((resolve) => asked.once("close", resolve));
  expect(said).toContain("It was /dev/ttyACM0 (05f9:4204 serial G00A).");
  await machine.devices.reader.actions.plug?.run({});
});

test("the report is written, uploaded with the kiosk's signature, and counts once", async () => {
  const report = ["report", "--skip-scan", "--technician", "Ana Núñez", "--upload"];
  const sent = await provision(machine, report);
  expect(sent.out).toContain("Sent to the fleet");
  expect(sent.out).toContain("✗ Connection to the institutions");
  expect(sent.status).toBe(1);
  await provision(machine, report);
  expect([...fleet.reports.values()]).toMatchObject([
    {
      ...{ kiosk: "kiosk-17", technician: "Ana Núñez", devices: [{}, {}, {}] },
      checks: expect.arrayContaining([
        expect.objectContaining({ check: "network.fleet", verdict: "pass" }),
        expect.objectContaining({ check: "clock", verdict: "pass" }),
        expect.objectContaining({ check: "network.gateway", verdict: "fail", code: "readiness.gateway-unreachable" }),
      ]),
    },
  ]);
  const folder = join(machine.tree.folder, "var/lib/ventanilla/provision");
  const [pdf = ""] = readdirSync(folder).filter((name) => name.endsWith(".pdf"));
  const document = await PDFDocument.load(readFileSync(join(folder, pdf)));
  expect(document.getTitle()).toBe("Informe de puesta en marcha kiosk-17");
  expect(document.getPageCount()).toBeGreaterThan(0);
  if (process.env.VENTANILLA_PICTURES !== undefined)
    writeFileSync(join(process.env.VENTANILLA_PICTURES, "readiness.pdf"), readFileSync(join(folder, pdf)));
});

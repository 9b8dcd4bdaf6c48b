import { X509Certificate } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createIssuer } from "../../../simulators/chip-card/issuer.ts";
import { loadConfig, parseConfig } from "./load.ts";

const GOOD = `kiosk:
  id: demo-1
  place: ChileAtiende Santiago Centro
  screenWidth: 337
devices:
  - id: terminal
    kind: payment-terminal
    model: transbank-autoservicio
    port: /dev/ttyACM0
  - id: printer
    kind: receipt-printer
    model: epson-tm
    port: /dev/usb/lp0
    baud: 115200
gateway:
  url: https://127.0.0.1:4300
  ca: tls/ca.pem
  certificate: tls/kiosk.pem
  key: tls/kiosk.key
data: data
view:
  bundle: ui
services: services
`;

function messages(text: string): string[] {
  const parsed = parseConfig(text, "/etc/ventanilla/kiosk.yaml");
  return parsed.ok ? [] : parsed.error.map((error) => error.message);
}

test("a good file is read, defaults are filled in and paths are relative to the file", () => {
  const directory = mkdtempSync(join(tmpdir(), "config-"));
  const file = join(directory, "kiosk.yaml");
  writeFileSync(file, GOOD);
  expect(loadConfig(file)).toMatchObject({
    ok: true,
    value: {
      kiosk: { id: "demo-1" },
      locales: ["es", "en"],
      timeouts: { idle: 60, away: 5, grace: 30, finish: 20 },
      devices: [{ id: "terminal" }, { id: "printer", baud: 115_200 }],
      gateway: { url: "https://127.0.0.1:4300", ca: join(directory, "tls/ca.pem") },
      data: join(directory, "data"),
      view: { port: 4100, openPage: false, bundle: join(directory, "ui") },
    },
  });
});

test("JSON is read too", () => {
  const json = JSON.stringify({
    kiosk: { id: "k", place: "p", screenWidth: 300 },
    devices: [],
    gateway: { url: "http://127.0.0.1:4300" },
    data: "/d",
    view: { bundle: "/u" },
    services: "/s",
  });
  expect(parseConfig(json, "k.json").ok).toBe(true);
});

test("a file that cannot be read is named", () => {
  const loaded = loadConfig("/nonexistent/kiosk.yaml");
  expect(loaded).toMatchObject({
    ok: false,
    error: [{ code: "runtime.config-unreadable", message: expect.stringContaining("/nonexistent/kiosk.yaml") }],
  });
});

test("bad YAML names the line", () => {
  const parsed = parseConfig(GOOD.replace("  place:", " place:"), "kiosk.yaml");
  expect(parsed.ok ? undefined : parsed.error[0]).toMatchObject({
    code: "runtime.config-syntax",
    message: expect.stringMatching(/kiosk\.yaml:3: All mapping items/),
  });
});

test("the same key twice is refused with its line", () => {
  expect(messages(`${GOOD}data: other\n`)).toEqual([expect.stringMatching(/:24: .*unique/)]);
});

test("what is missing names the mapping that lacks it and what is required", () => {
  expect(messages(GOOD.replace("  place: ChileAtiende Santiago Centro\n", ""))).toEqual([
    expect.stringContaining("/etc/ventanilla/kiosk.yaml:1: kiosk.place: is missing; a text is required"),
  ]);
});

test("a wrong type names the line, the value and what is required", () => {
  expect(messages(GOOD.replace("screenWidth: 337", 'screenWidth: "wide"'))).toEqual([
    expect.stringContaining(':4: kiosk.screenWidth: is the text "wide"; a number is required'),
  ]);
});

test("a value that is not allowed lists what is", () => {
  expect(messages(GOOD.replace("kind: receipt-printer", "kind: printer"))).toEqual([
    expect.stringMatching(
      /:11: devices\[1\]\.kind: is the text "printer"; allowed: "payment-terminal", "receipt-printer"/,
    ),
  ]);
});

test("an unknown key names its own line and the key that was probably meant", () => {
  expect(messages(GOOD.replace("    baud: 115200", "    boud: 115200"))).toEqual([
    expect.stringMatching(/:14: devices\[1\]\.boud: is not a known key; did you mean "baud"\? \(known: id, kind/),
  ]);
});

test("an unknown key that resembles nothing lists the known ones only", () => {
  const [message] = messages(`${GOOD}colour: red\n`);
  expect(message).toMatch(/:24: colour: is not a known key \(known: kiosk/);
});

test("numbers out of range say the limit", () => {
  expect(messages(`${GOOD}timeouts:\n  grace: 5\n`)).toEqual([
    expect.stringContaining(":25: timeouts.grace: is 5; allowed: at least 20"),
  ]);
});

test("https without certificates and plain http to another machine are refused", () => {
  expect(messages(GOOD.replace("  key: tls/kiosk.key\n", ""))).toEqual([
    expect.stringContaining("gateway.key: is missing; https needs ca, certificate and key"),
  ]);
  expect(messages(GOOD.replace("https://127.0.0.1:4300", "http://10.0.0.1:4300"))).toEqual([
    expect.stringContaining(":16: gateway.url: plain http is allowed on loopback only"),
  ]);
});

test("two devices on one port are refused", () => {
  expect(messages(GOOD.replace("port: /dev/usb/lp0", "port: /dev/ttyACM0"))).toEqual([
    expect.stringMatching(/:13: devices\[1\]\.port: two devices have the port/),
  ]);
});

test("all mistakes are told at once, in the order of the file", () => {
  const text = GOOD.replace("id: demo-1", "id: Demo 1")
    .replace("https://127.0.0.1:4300", "nowhere")
    .replace("data: data\n", "");
  expect(messages(text).map((message) => /:(\d+): ([\w.]+)/.exec(message)?.slice(1))).toEqual([
    ["1", "data"],
    ["2", "kiosk.id"],
    ["16", "gateway.url"],
  ]);
});

test("an empty file says what is required", () => {
  expect(messages("")).toEqual([expect.stringContaining(":1: (whole file): is empty; a mapping")]);
});

/** A configuration whose only device is `entry`, with its other files beside it. */
function withDevice(entry: string, files: Readonly<Record<string, string>> = {}) {
  const directory = mkdtempSync(join(tmpdir(), "config-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const file = join(directory, "kiosk.yaml");
  const begin = GOOD.slice(0, GOOD.indexOf("  - id: terminal"));
  writeFileSync(file, `${begin}  - ${entry}\n${GOOD.slice(GOOD.indexOf("gateway:"))}`);
  const loaded = loadConfig(file);
  return {
    device: loaded.ok ? loaded.value.devices[0] : undefined,
    messages: loaded.ok ? [] : loaded.error.map(({ message }) => /(kiosk\.yaml:.*)\)$/.exec(message)?.[1] ?? message),
  };
}

const KEYPAD = "id: keypad, kind: keypad, model: storm, port: /dev/hidraw3";
const BOARD = "id: housing, kind: io-board, model: modbus-rtu, port: /dev/ttyUSB1";

test("a keypad's key table is written out or in a file beside the configuration; without one the model's own holds", () => {
  const keys = [{ page: "keyboard", usage: 0x68, means: "up" }];
  expect(withDevice(`{ ${KEYPAD}, keys: "up=keyboard:68" }`).device).toMatchObject({ keys });
  expect(withDevice(`{ ${KEYPAD}, keys: keys.txt }`, { "keys.txt": "up=keyboard:68\n" }).device).toMatchObject({
    keys,
  });
  expect(withDevice(`{ ${KEYPAD} }`).device).not.toHaveProperty("keys");
});

test("an I/O board's wiring is written out or in a file, and there is no board without one", () => {
  const wiring = { unit: 1, inputs: [{ name: "door", kind: "door", input: 0 }], lights: [], relays: [] };
  expect(withDevice(`{ ${BOARD}, wiring: ${JSON.stringify(wiring)} }`).device).toMatchObject({ wiring });
  expect(withDevice(`{ ${BOARD}, wiring: w.json }`, { "w.json": JSON.stringify(wiring) }).device).toMatchObject({
    wiring,
  });
  expect(withDevice(`{ ${BOARD} }`).messages).toEqual([
    "kiosk.yaml:6: devices[0].wiring: is neither a file's path nor a mapping; one of them is required",
  ]);
});

test.each([
  ["keys", `{ ${KEYPAD}, keys: "up=68" }`, "up=68: a key is name=page:code; names: up, down"],
  ["keys", `{ ${KEYPAD}, keys: none.txt }`, "cannot be read: ENOENT"],
  ["wiring", `{ ${BOARD}, wiring: none.json }`, "cannot be read: ENOENT"],
  ["wiring", `{ ${BOARD}, wiring: 7 }`, "is neither a file's path nor a mapping"],
  [
    "wiring",
    `{ ${BOARD}, wiring: { unit: 1, relays: [{ name: lock, coil: 77, safe: false }] } }`,
    "address 77: 0 to 31",
  ],
  ["wiring", `{ ${BOARD}, wiring: { unit: 1, inputs: [{ name: door, kind: window, input: 0 }] } }`, "inputs.0.kind"],
])("what is wrong in a device's %s is told with the line of its key: %s", (key, entry, what) => {
  expect(withDevice(entry).messages).toEqual([
    expect.stringMatching(new RegExp(`^kiosk.yaml:6: devices\\[0\\]\\.${key}: `)),
  ]);
  expect(withDevice(entry).messages[0]).toContain(what);
});

const CHIP = 'id: chip, kind: chip-card-reader, model: pcsc, port: "*"';

test("the authorities that a chip card reader trusts are read from their folder or file beside the configuration", async () => {
  const { csca } = await createIssuer("CL", Date.UTC(2026, 10, 23));
  const pem = new X509Certificate(csca).toString();
  expect(withDevice(`{ ${CHIP}, trust: cl.pem }`, { "cl.pem": pem }).device).toMatchObject({ trust: { size: 1 } });
  expect(withDevice(`{ ${CHIP} }`).device).not.toHaveProperty("trust");
});

test.each([
  ["that is not there", "nowhere", "ENOENT"],
  ["with another file in it", ".", "kiosk.yaml: neither PEM, nor a certificate, nor a master list"],
])("a folder of authorities %s is refused with the line of its key", (_name, trust, what) => {
  const [message] = withDevice(`{ ${CHIP}, trust: ${trust} }`).messages;
  expect(message).toMatch(/^kiosk.yaml:6: devices\[0\]\.trust: /);
  expect(message).toContain(what);
});

test("a folder without any authority is refused: every true document would fail", () => {
  const empty = mkdtempSync(join(tmpdir(), "empty-"));
  expect(withDevice(`{ ${CHIP}, trust: ${empty} }`).messages).toEqual([
    `kiosk.yaml:6: devices[0].trust: no certificate of a country signing authority is in ${empty}`,
  ]);
});

test("the certificate of a printer's address is read from its file", () => {
  const printer = "id: pages, kind: page-printer, model: ipp, port: ipps://10.0.0.7/ipp/print, authority: ca.pem";
  expect(withDevice(`{ ${printer} }`, { "ca.pem": "PEM" }).device).toMatchObject({ authority: "PEM" });
  expect(withDevice(`{ ${printer} }`).messages[0]).toContain("devices[0].authority: cannot be read");
});

test("so is that of a scanner's", () => {
  const scanner = "id: papers, kind: document-scanner, model: escl, port: https://10.0.0.8/eSCL, authority: ca.pem";
  expect(withDevice(`{ ${scanner} }`, { "ca.pem": "PEM" }).device).toMatchObject({ authority: "PEM" });
});

test.each([
  [
    "trust on a code reader",
    "{ id: r, kind: code-reader, model: serial-scanner, port: /dev/ttyACM1, trust: t }",
    "trust: is not a known key (known: id, kind, model, port, baud)",
  ],
  [
    "keys on a printer",
    "{ id: p, kind: receipt-printer, model: epson-tm, port: /dev/usb/lp0, keys: k }",
    "keys: is not a known key (known: id, kind, model, port, baud)",
  ],
  [
    "a wiring on a keypad",
    `{ ${KEYPAD}, wiring: w.json }`,
    "wiring: is not a known key (known: id, kind, model, port, keys)",
  ],
  [
    "a sale's time on a reader",
    "{ id: r, kind: code-reader, model: serial-scanner, port: /dev/ttyACM1, saleWithin: 60 }",
    "saleWithin: is not a known key (known: id, kind, model, port, baud)",
  ],
  [
    "a line speed on a UPS",
    "{ id: u, kind: ups, model: nut, port: kiosk@localhost, baud: 9600 }",
    "baud: is not a known",
  ],
  [
    "a line speed on a network",
    "{ id: t, kind: payment-terminal, model: zvt-tcp, port: 10.0.0.9, baud: 9600 }",
    "baud: means nothing to a zvt-tcp, which is on no serial line",
  ],
  [
    "a printer that is no address",
    "{ id: pages, kind: page-printer, model: ipp, port: /dev/usb/lp1 }",
    "port: allowed: an address like ipp://10.0.0.7/ipp/print",
  ],
  [
    "a scanner that is no address",
    "{ id: papers, kind: document-scanner, model: escl, port: /dev/usb/scanner0 }",
    "port: allowed: an address like http://10.0.0.8/eSCL",
  ],
])("%s is refused, and what is allowed is told", (_, entry, what) => {
  expect(withDevice(entry).messages).toEqual([expect.stringContaining(`kiosk.yaml:6: devices[0].${what}`)]);
});

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
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
      timeouts: { idle: 60, grace: 30, finish: 20 },
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

const CHIP = GOOD.replace(
  "gateway:",
  `  - id: chip
    kind: chip-card-reader
    model: pcsc
    port: "*"
    trust: trust
gateway:`,
);

test("the folder of trusted authorities is relative to the file", () => {
  const parsed = parseConfig(CHIP, "/etc/ventanilla/kiosk.yaml");
  expect(parsed.ok && parsed.value.devices[2]).toMatchObject({ port: "*", trust: "/etc/ventanilla/trust" });
});

test("trust on anything but a chip card reader is refused", () => {
  expect(messages(CHIP.replace("kind: chip-card-reader", "kind: code-reader"))).toEqual([
    expect.stringMatching(/:19: devices\[2\]\.trust: is for a chip-card-reader only, and this is a code-reader/),
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

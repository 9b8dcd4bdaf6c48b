import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FINGERPRINTS } from "../../base/devices/fingerprints.ts";
import { SURE } from "../../base/devices/sighting.ts";
import { kioskRules } from "./kiosk-rules.ts";

const rules = kioskRules();
const lines = Object.values(rules).flatMap((text) => text.split("\n").filter((line) => line !== "" && line[0] !== "#"));

/** One line of a rules file (udev(7)): comma-separated key, operator and quoted value. */
const TOKEN = /^(?:, )?([A-Z]+(?:\{[^}"]+\})?)(==|!=|=|\+=|:=)"([^"]*)"/;

function tokensOf(line: string): string[][] {
  const tokens: string[][] = [];
  for (let rest = line; rest !== ""; ) {
    const [whole, ...token] = TOKEN.exec(rest) ?? expect.fail(`no rule: ${line}`);
    tokens.push(token);
    rest = rest.slice(whole.length);
  }
  return tokens;
}

test("every line is a rule, and every jump ends at a label of its own file", () => {
  const matches = ["ACTION", "SUBSYSTEM", "SUBSYSTEMS", "KERNEL", "ATTR{idVendor}", "ATTRS{ieee1284_id}"];
  const assigns = ["GROUP", "MODE", "GOTO", "LABEL", "IMPORT{builtin}", "SYMLINK"];
  for (const line of lines)
    for (const [key = "", operator = ""] of tokensOf(line))
      if (operator === "==") expect([...matches, key.startsWith("ENV{") ? key : ""]).toContain(key);
      else expect([...assigns, key.startsWith("ENV{") ? key : ""]).toContain(key);
  for (const text of Object.values(rules))
    for (const [, label] of text.matchAll(/GOTO="([^"]+)"/g)) expect(text).toContain(`LABEL="${label}"`);
});

test("every sure name of the table that udev can see has a link of its kind", () => {
  const visible = FINGERPRINTS.filter(
    ({ score, match }) =>
      score >= SURE && ((match.bus === "serial" && match.idSerial) || (match.bus === "usb-printer" && match.ieee1284)),
  );
  expect(visible.length).toBeGreaterThan(5);
  for (const { kind, match } of visible) {
    const pattern = match.bus === "serial" ? match.idSerial : match.bus === "usb-printer" ? match.ieee1284 : "";
    const named = lines.filter((line) => line.includes(`=="${pattern}"`) && line.includes(`ventanilla/${kind}-`));
    expect(named).toHaveLength(1);
  }
});

test("hints name nothing, and every device that gets a link gets rights without everybody having them", () => {
  for (const line of lines) {
    if (line.includes("SYMLINK") && !line.includes('ENV{ID_SERIAL}=="') && !line.includes("ieee1284"))
      expect(line).toContain('GROUP="ventanilla-devices", MODE="0660"');
    expect(line).not.toMatch(/MODE="0?666"/);
  }
  expect(lines.filter((line) => line.includes("05f9"))).toEqual([]);
});

test("modem daemons keep off serial ports, and brltty off every adapter of the table", () => {
  expect(rules["70-ventanilla.rules"]).toMatch(/KERNEL=="ttyUSB\*\|ttyACM\*", ENV\{ID_MM_DEVICE_IGNORE\}="1"/);
  const makers = /ATTR\{idVendor\}=="([^"]+)"/.exec(rules["91-ventanilla-adapters.rules"] ?? "")?.[1]?.split("|");
  const adapters = FINGERPRINTS.filter(({ kind }) => kind === null).map(({ match }) => match.vendor);
  expect(makers).toEqual(adapters);
  expect(makers).toEqual(expect.arrayContaining(["1a86", "10c4"]));
});

/** What udev says of rules files; it reads them all when it is asked about any device, here a processor, which has no device file. */
function complaints(files: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), "rules-"));
  // The group is made by the package.
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, name), text.replaceAll('"ventanilla-devices"', '"root"'));
  const script =
    'mount -t tmpfs none /run && mkdir -p /run/udev/rules.d && cp "$1"/* /run/udev/rules.d && udevadm test /sys/devices/system/cpu/cpu0';
  const ran = spawnSync("unshare", ["--mount", "sh", "-c", script, "sh", folder], { encoding: "utf8" });
  expect(ran.status, ran.stderr).toBe(0);
  return ran.stderr.split("\n").filter((line) => /\/run\/udev\/rules\.d\/[^:]+:\d+/.test(line));
}

test("udev itself takes them without a word, and would not take a bad line so", () => {
  expect(complaints(rules)).toEqual([]);
  expect(complaints({ "99-bad.rules": 'SUBSYSTEM=="tty", SIMLINK+="ventanilla/x"\n' })).toHaveLength(1);
});

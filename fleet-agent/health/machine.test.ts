import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { machineSectionSchema } from "../../base/contracts/fleet/state.ts";
import { readMachine, steadyMachine } from "./machine.ts";

const root = mkdtempSync(join(tmpdir(), "machine-"));
function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
put("proc/stat", "cpu 1 2 3\nbtime 1790000000\n");
put("proc/meminfo", "MemTotal: 4000000 kB\nMemFree: 100000 kB\nMemAvailable: 3000000 kB\n");
put("etc/os-release", 'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n');
put("sys/class/thermal/thermal_zone0/temp", "41000\n");
put("sys/class/thermal/thermal_zone1/temp", "57300\n");
put("sys/class/thermal/cooling_device0/temp", "99000\n");
put("proc/12/cgroup", "0::/system.slice/ventanilla-shell.service\n");
put("proc/12/statm", "90000 25600 1 1 0 1 0\n");
put("proc/13/cgroup", "0::/system.slice/ventanilla-shell.service/renderer\n");
put("proc/13/statm", "90000 25600 1 1 0 1 0\n");
put("proc/14/cgroup", "0::/system.slice/ssh.service\n");
put("proc/14/statm", "90000 25600 1 1 0 1 0\n");
const source = { version: "0.1.0", data: root, root, runtimeMemory: 104_857_600, now: 0 };

test("a machine's figures come from where the kernel keeps them", () =>
  expect(steadyMachine(undefined, readMachine(source))).toMatchObject({
    agent: "0.1.0",
    bootedAt: 1_790_000_000_000,
    os: "Debian GNU/Linux 13 (trixie)",
    memoryFreePercent: 75,
    temperature: 57,
    memory: { shell: 200, runtime: 100 },
  }));

test("a machine that tells nothing is still a report of the contract's form", () => {
  const nothing = readMachine({ ...source, root: join(root, "nowhere"), data: join(root, "nowhere") });
  expect(machineSectionSchema.safeParse(steadyMachine(undefined, nothing)).success).toBe(true);
  expect(nothing.temperature).toBeNull();
});

test("noise is no change, and a drift is told once it is one", () => {
  const facts = readMachine(source);
  const first = steadyMachine(undefined, facts);
  const noisy = { ...facts, temperature: 59.9, memoryFreePercent: 71, diskFreePercent: facts.diskFreePercent - 0.4 };
  expect(steadyMachine(first, noisy)).toEqual({ ...first, memory: steadyMachine(first, noisy).memory });
  expect(steadyMachine(first, { ...facts, temperature: 63 }).temperature).toBe(63);
  expect(steadyMachine(first, { ...facts, temperature: null }).temperature).toBeNull();
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Guest } from "./guest.ts";

/** Highest exposure by unit, as `systemd-analyze security` counts it. */
export const EXPOSURE_LIMITS: Readonly<Record<string, number>> = {
  "ventanilla-runtime.service": 2,
  "ventanilla-agent.service": 2,
  "ventanilla-guard.service": 2,
  "ventanilla-firewall.service": 2,
  "ventanilla-wizard.service": 2,
  "ventanilla-display.service": 3,
  "ventanilla-shell.service": 3,
};

/** The only port that the kiosk itself opens, and only for this machine. */
const PORTS = new Set(["127.0.0.1:4100", "127.0.0.2:4100"]);

/** Looks at the machine from inside: exposure of the units, listening ports, failed units, ways to sign in. Leaves the evidence. */
export async function inspectMachine(guest: Guest, folder: string): Promise<Result<string, CodedError>> {
  const wrong: string[] = [];
  const exposures: string[] = [];
  for (const [unit, limit] of Object.entries(EXPOSURE_LIMITS)) {
    const told = await guest.run(`systemd-analyze security --no-pager ${unit}`, 300_000);
    if (!told.ok) return told;
    writeFileSync(join(folder, `security-${unit}.txt`), told.value);
    const exposure = Number(/exposure level for [^:]+: ([\d.]+)/.exec(told.value)?.[1] ?? "10");
    exposures.push(`${unit.replace(/ventanilla-|\.service/g, "")} ${exposure}`);
    if (exposure > limit) wrong.push(`${unit} is exposed ${exposure}, more than ${limit}`);
  }
  const listening = await guest.run("ss -H -tulnp");
  if (!listening.ok) return listening;
  writeFileSync(join(folder, "ports.txt"), listening.value);
  const open = listening.value
    .split("\n")
    .filter((line) => line !== "" && !line.includes("ventanilla-bench"))
    .map((line) => line.split(/\s+/)[4] ?? "");
  const bench = await benchPorts(guest);
  const unexpected = open.filter((address) => !PORTS.has(address) && !bench.has(address) && !/:68$/.test(address));
  if (unexpected.length > 0) wrong.push(`listens on ${unexpected.join(", ")}`);
  const state = await guest.run(
    "systemctl --failed --plain --no-legend --no-pager; echo --; getent shadow | grep -vE '^[^:]+:[!*]' || true; echo --; nft list ruleset; sysctl kernel.sysrq",
  );
  if (!state.ok) return state;
  writeFileSync(join(folder, "state.txt"), state.value);
  const [failed = "", passwords = "", rules = ""] = state.value.split("--\n");
  if (failed.trim() !== "") wrong.push(`failed units: ${failed.trim()}`);
  if (passwords.trim() !== "") wrong.push("somebody can sign in with a password");
  if (!/hook input[^}]*policy drop/s.test(rules) || !/hook output[^}]*policy drop/s.test(rules))
    wrong.push("the firewall is not closed");
  if (!rules.includes("kernel.sysrq = 0")) wrong.push("kernel.sysrq is not 0");
  return wrong.length === 0
    ? ok(`${exposures.join(", ")}; open: ${open.filter((address) => PORTS.has(address)).join(", ")}`)
    : err(coded("vm.command-failed", wrong.join("; ")));
}

/** Ports of the simulators and the gateway, which are the bench's and not the kiosk's. */
async function benchPorts(guest: Guest): Promise<Set<string>> {
  const told = await guest.run(
    "for unit in simulators gateway; do pid=$(systemctl show -P MainPID ventanilla-bench-$unit); ss -H -tulnp | grep \"pid=$pid,\"; done | awk '{print $5}'",
  );
  return new Set(told.ok ? told.value.split("\n") : []);
}

import { existsSync } from "node:fs";
import type { Runner } from "./check/services.ts";
import type { Root } from "./devices/root.ts";

const AGENT = "ventanilla-agent.service";
const RUNTIME = "ventanilla-runtime.service";
const SHELL = "ventanilla-shell.service";

/** Whether this very machine runs systemd: a folder that stands for one does not. */
export function hasSystemd(root: Root): boolean {
  return root.path("/") === "/" && existsSync("/run/systemd/system");
}

/** The agent has waited for its identity. Without the agent's unit there is nothing to start. @param before it was enrolled already. */
export async function startAgent(run: Runner, before: boolean): Promise<void> {
  await run(["systemctl", "reset-failed", AGENT]);
  await run(["systemctl", before ? "start" : "restart", "--no-block", AGENT]);
}

/** The runtime, which holds the devices' ports while it runs. Both wait until it is done. */
export async function stopRuntime(run: Runner): Promise<void> {
  await run(["systemctl", "stop", RUNTIME]);
}

export async function startRuntime(run: Runner): Promise<void> {
  await run(["systemctl", "reset-failed", RUNTIME]);
  await run(["systemctl", "start", RUNTIME]);
}

/** Gives the screen back to citizens: the window starts again, on the runtime's view, with what was bound. */
export async function openKiosk(run: Runner): Promise<void> {
  await run(["systemctl", "reset-failed", RUNTIME, SHELL]);
  await run(["systemctl", "restart", "--no-block", AGENT, RUNTIME, SHELL]);
}

const AGENT_UNIT = [
  "RuntimeMaxSec=120",
  "ProtectSystem=strict",
  "ReadWritePaths=/var/lib/ventanilla/agent /var/lib/ventanilla/credentials",
  "NoNewPrivileges=yes",
  "PrivateDevices=yes",
  "PrivateTmp=yes",
  "ProtectHome=yes",
];

/** Has a program run as a unit of the agent's user, so that whoever calls it needs no right to become somebody else. */
export function asAgent(command: readonly string[]): string[] {
  return [
    ...["systemd-run", "--quiet", "--pipe", "--wait", "--collect", "--uid=ventanilla-agent", "--gid=ventanilla-agent"],
    ...AGENT_UNIT.flatMap((property) => ["-p", property]),
    ...["--", ...command],
  ];
}

/** Shows the wizard in the window that is open; one that starts later finds it by itself. */
export async function showWizard(run: Runner): Promise<void> {
  await run(["systemctl", "try-restart", "--no-block", SHELL]);
}

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { pause } from "../../../base/deadline.ts";
import { systemClock } from "../../../base/node/system-clock.ts";

/** Debian's own, from the host's tree. udevd has no rules here: pcscd only hears from it that a reader has come. */
const UDEVD = "/lib/systemd/systemd-udevd";
const PCSCD = "/usr/sbin/pcscd";
/** Readers that are not on USB: none. */
const NO_READERS = "/run/no-readers";
const STARTS_WITHIN = 30_000;

export type Services = { readonly stop: () => Promise<void> };

/** Starts what a kiosk has for chip card readers: udevd, and pcscd with libccid. */
export async function startPcscd(): Promise<Services> {
  mkdirSync(NO_READERS, { recursive: true });
  const udevd = spawn(UDEVD, ["--children-max=1"], { stdio: "ignore" });
  await appears("/run/udev/control", udevd);
  const pcscd = spawn(PCSCD, ["--foreground", "--config", NO_READERS], { stdio: "ignore" });
  await appears("/run/pcscd/pcscd.comm", pcscd);
  return {
    stop: async () => {
      for (const service of [pcscd, udevd]) await end(service);
    },
  };
}

async function appears(file: string, service: ChildProcess): Promise<void> {
  const end = systemClock.monotonic() + STARTS_WITHIN;
  while (!existsSync(file)) {
    if (service.exitCode !== null) throw new Error(`${service.spawnfile} ended with ${service.exitCode}`);
    if (systemClock.monotonic() > end) throw new Error(`${service.spawnfile} did not start`);
    await pause(systemClock, 20);
  }
}

async function end(service: ChildProcess): Promise<void> {
  if (service.exitCode !== null || service.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  service.once("exit", () => resolve());
  service.kill("SIGKILL");
  await promise;
}

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { BENCH_KIOSK } from "./bench.ts";
import { Citizen } from "./citizen.ts";
import { Guest } from "./guest.ts";
import type { Image } from "./image.ts";
import { inspectMachine } from "./inspect.ts";
import { Locator } from "./locate.ts";
import { Qemu } from "./qemu.ts";
import type { Protocol } from "./report.ts";
import { serveOneCitizen } from "./serve-citizen.ts";
import { waitFor } from "./wait.ts";

export type ScenarioOptions = {
  readonly project: string;
  readonly protocol: Protocol;
  readonly image: Image;
  readonly clock: Clock;
  readonly kvm: boolean;
};

type Running = { readonly qemu: Qemu; readonly guest: Guest };

const SCREEN = { width: 1080, height: 1920 };
/** From the mains to a shell: emulated, on a machine that others use too. */
const BOOT_WITHIN = 600_000;
const START_WITHIN = 900_000;

/** A day in the life of a kiosk, as a test: it boots, is provisioned, serves, is updated, loses power and comes back. */
export async function runScenario({ project, protocol, image, clock, kvm }: ScenarioOptions): Promise<void> {
  const boot = async () => {
    const qemu = await Qemu.start({ image, folder: protocol.folder, clock, kvm, screen: SCREEN });
    if (!qemu.ok) return qemu;
    const link = await qemu.value.bench();
    return link.ok ? ok({ qemu: qemu.value, guest: new Guest(link.value) }) : link;
  };
  let running: Running | undefined;
  const locator = await Locator.open(join(project, "out", "ui"), SCREEN);
  try {
    const booted = await protocol.step("boot", async () => {
      const started = await boot();
      if (!started.ok) return started;
      running = started.value;
      return awaken(clock, running);
    });
    if (!booted || running === undefined) return;
    const { qemu, guest } = running;
    const citizen = () =>
      new Citizen({ ...(running ?? { qemu, guest }), locator, clock, screens: join(protocol.folder, "screens") });
    const person = citizen();
    if (!(await protocol.step("provision", () => provision(clock, { qemu, guest })))) return;
    const shown = await protocol.step("attract screen", async () => {
      const open = await shellConnected(clock, running ?? { qemu, guest });
      if (!open.ok) return open;
      const seen = await person.sees("attract");
      return seen.ok ? ok("weston, Chromium, the attract screen") : seen;
    });
    if (shown) await protocol.step("one citizen served", () => serveOneCitizen(person));
    await protocol.step("hardening and open ports", () => inspectMachine(guest, protocol.folder));
    const fleet = existsSync(join(project, "fleet-server", "main.ts"));
    for (const name of [
      "enrolment with a fleet server on the host",
      "an update applied",
      "a broken update rolled back",
    ])
      await protocol.step(name, async () =>
        err({ notRun: fleet ? "the scenario has no step for it yet" : "the project has no fleet server yet" }),
      );
    await protocol.step("pulled from the mains and back", async () => {
      await qemu.pullFromMains();
      guest.close();
      running = undefined;
      const again = await boot();
      if (!again.ok) return again;
      running = again.value;
      const awake = await awaken(clock, running);
      if (!awake.ok) return awake;
      const open = await shellConnected(clock, running);
      if (!open.ok) return open;
      const seen = await citizen().sees("attract");
      return seen.ok ? ok("serves again by itself") : seen;
    });
  } finally {
    if (running !== undefined) {
      const journal = await running.guest.run("journalctl --no-pager -o short-precise | tail -c 4000000", 120_000);
      writeFileSync(join(protocol.folder, "journal.txt"), journal.ok ? journal.value : journal.error.message);
      await running.qemu.photograph(join(protocol.folder, "screens", "99-last.png"));
      running.guest.close();
      await running.qemu.pullFromMains();
    }
    await locator.close();
    protocol.write();
  }
}

async function awaken(clock: Clock, { qemu: { gone }, guest }: Running): Promise<Result<string, CodedError>> {
  const up = await waitFor({ clock, gone }, "the machine's agent", BOOT_WITHIN, async () => {
    const uptime = await guest.run("cut -d' ' -f1 /proc/uptime", 20_000);
    return uptime.ok ? uptime.value.trim() : undefined;
  });
  return up.ok ? ok(`answers ${up.value} s after the kernel's start`) : up;
}

/** What a technician brings: the gateway's authority and this kiosk's identity. */
async function provision(clock: Clock, { qemu: { gone }, guest }: Running): Promise<Result<string, CodedError>> {
  const pki = "/var/lib/ventanilla-bench/pki";
  const made = await waitFor({ clock, gone }, "the gateway's certificates", START_WITHIN, async () => {
    const there = await guest.run(`test -s ${pki}/kiosk-${BENCH_KIOSK}.key && echo there`, 20_000);
    return there.ok ? there.value : undefined;
  });
  if (!made.ok) return made;
  const to = "/etc/ventanilla/gateway";
  const laid = await guest.run(
    `install -d -m 755 ${to} && install -m 644 ${pki}/ca.crt ${to}/ca.pem && install -m 644 ${pki}/kiosk-${BENCH_KIOSK}.crt ${to}/kiosk.pem && ` +
      `install -o root -g ventanilla-runtime -m 640 ${pki}/kiosk-${BENCH_KIOSK}.key ${to}/kiosk.key && ` +
      "systemctl reset-failed 'ventanilla-*'; systemctl start --no-block ventanilla.target ventanilla-runtime.service ventanilla-shell.service",
  );
  if (!laid.ok) return laid;
  const serves = await waitFor({ clock, gone }, "the runtime's readiness", START_WITHIN, async () => {
    const state = await guest.run(
      "systemctl is-active ventanilla-runtime.service ventanilla-display.service ventanilla-shell.service",
      30_000,
    );
    return state.ok ? state.value : undefined;
  });
  return serves.ok ? ok("runtime, display and shell told systemd that they serve") : serves;
}

/** The shell's own connection to the view: the page is loaded then. */
async function shellConnected(clock: Clock, { qemu: { gone }, guest }: Running): Promise<Result<string, CodedError>> {
  const found = await waitFor({ clock, gone }, "the shell at the view", START_WITHIN, async () => {
    const lines = await guest.run(
      'journalctl -b -u ventanilla-runtime -o cat --no-pager | grep -c \'"transport":"websocket","change":"connected"\'',
      60_000,
    );
    return lines.ok && Number(lines.value) > 0 ? lines.value : undefined;
  });
  return found.ok ? ok("connected") : err(coded("vm.no-answer", found.error.message));
}

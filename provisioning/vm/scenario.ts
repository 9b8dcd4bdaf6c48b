import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { BENCH_FLEET, BENCH_KIOSK } from "./bench.ts";
import { Citizen } from "./citizen.ts";
import { Fleet } from "./fleet.ts";
import { activeSlot, type FleetScene, inService, rollOut } from "./fleet-steps.ts";
import { Guest } from "./guest.ts";
import type { Image } from "./image.ts";
import { inspectMachine } from "./inspect.ts";
import { Locator } from "./locate.ts";
import { Qemu } from "./qemu.ts";
import type { Protocol } from "./report.ts";
import { serveOneCitizen } from "./serve-citizen.ts";
import { waitFor } from "./wait.ts";
import { wizardDay, wizardShows } from "./wizard-steps.ts";

export type ScenarioOptions = {
  readonly project: string;
  readonly protocol: Protocol;
  readonly image: Image;
  readonly clock: Clock;
  readonly kvm: boolean;
  /** Folder for what is not evidence. */
  readonly work: string;
  readonly skipCitizen: boolean;
  readonly say: (line: string) => void;
};

type Running = { readonly qemu: Qemu; readonly guest: Guest };

const SCREEN = { width: 1080, height: 1920 };
/** From the mains to a shell: emulated, on a machine that others use too. */
const BOOT_WITHIN = 600_000;
const START_WITHIN = 900_000;

/** A day in the life of a kiosk, as a test: it boots, is provisioned, serves, is updated, loses power and comes back. */
export async function runScenario({
  project,
  protocol,
  image,
  clock,
  kvm,
  work,
  skipCitizen,
  say,
}: ScenarioOptions): Promise<void> {
  const boot = async () => {
    const qemu = await Qemu.start({ image, folder: protocol.folder, clock, kvm, screen: SCREEN });
    if (!qemu.ok) return qemu;
    const link = await qemu.value.bench();
    return link.ok ? ok({ qemu: qemu.value, guest: new Guest(link.value) }) : link;
  };
  let running: Running | undefined;
  let fleet: Result<Fleet, CodedError> | undefined;
  // Its repository is made while the machine boots.
  const fleetStarting = Fleet.start(project, { directory: join(work, "fleet"), publicUrl: BENCH_FLEET, clock });
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
    await protocol.step("a fresh machine shows the wizard", () =>
      wizardShows({ qemu, guest, locator, clock, folder: protocol.folder }),
    );
    if (!(await protocol.step("provision", () => provision(clock, { qemu, guest })))) return;
    fleet = await fleetStarting;
    const scene = { protocol, fleet, running: { qemu, guest }, clock, person, say };
    const enrolled = await enrolment(scene);
    const shown = await protocol.step("attract screen", async () => {
      const open = await shellConnected(clock, running ?? { qemu, guest });
      if (!open.ok) return open;
      const seen = await person.sees("attract");
      return seen.ok ? ok("weston, Chromium, the attract screen") : seen;
    });
    if (shown)
      await protocol.step("one citizen served", async () =>
        skipCitizen ? err({ notRun: "left out by --skip-citizen" }) : await serveOneCitizen(person),
      );
    await protocol.step("hardening and open ports", () => inspectMachine(guest, protocol.folder));
    const updated = await updates(scene, enrolled);
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
      if (!seen.ok) return seen;
      if (updated === undefined || fleet?.ok !== true) return ok("serves again by itself");
      const slot = await activeSlot(running.guest, updated);
      if (!slot.ok) return slot;
      const back = await inService({ fleet: fleet.value, clock, gone: running.qemu.gone }, updated);
      return back.ok ? ok(`serves again by itself, ${updated} from ${slot.value}, and tells the fleet`) : back;
    });
  } finally {
    const opened = fleet ?? (await fleetStarting);
    if (opened.ok) opened.value.close();
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

type FleetSteps = {
  readonly protocol: Protocol;
  readonly fleet: Result<Fleet, CodedError>;
  readonly running: Running;
  readonly clock: Clock;
  readonly person: Citizen;
  readonly say: (line: string) => void;
};

/** The kiosk gets its identity and its check on its own screen. @returns the version that it runs; undefined when it is in no fleet. */
async function enrolment({ protocol, fleet, running: { qemu, guest }, clock, say }: FleetSteps) {
  let version: string | undefined;
  const done = await protocol.step("enrolled in the wizard, with a fleet server on the host", async () => {
    if (!fleet.ok) return fleet;
    const installed = await guest.run(
      'sed -n \'s/.*"version": "\\(.*\\)".*/\\1/p\' /opt/ventanilla/current/release.json',
    );
    if (!installed.ok) return installed;
    version = installed.value.trim();
    return await wizardDay({ fleet: fleet.value, guest, clock, gone: qemu.gone, say }, version, protocol.folder);
  });
  return done ? version : undefined;
}

/** An update, and one that is broken. @returns the version that the kiosk then runs. */
async function updates(
  { protocol, fleet, running: { qemu, guest }, clock, person, say }: FleetSteps,
  version: string | undefined,
): Promise<string | undefined> {
  const [update, rollback] = ["an update applied", "a broken update rolled back"];
  if (!fleet.ok || version === undefined) {
    for (const name of [update, rollback])
      await protocol.step(name, async () => err({ notRun: "the kiosk is in no fleet" }));
    return undefined;
  }
  const { good, broken } = fleet.value.releases;
  const scene: FleetScene = { fleet: fleet.value, guest, clock, gone: qemu.gone, say };
  const withScreen = async (done: Result<string, CodedError>) => {
    if (!done.ok) return done;
    const seen = await person.sees("attract");
    return seen.ok ? ok(`${done.value}; the attract screen is back`) : seen;
  };
  const updated = await protocol.step(update, async () =>
    withScreen(await rollOut(scene, { version: good, ends: "finished", runs: good })),
  );
  await protocol.step(rollback, async () =>
    updated
      ? withScreen(await rollOut(scene, { version: broken, ends: "halted", runs: good }))
      : err({ notRun: "the update before did not end well" }),
  );
  return updated ? good : version;
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

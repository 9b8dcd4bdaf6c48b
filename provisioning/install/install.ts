import {
  copyFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  symlinkSync,
} from "node:fs";
import { basename, join } from "node:path";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, type Result } from "../../base/result.ts";
import { configurationFiles } from "./configuration.ts";
import { type Machine, openMachine } from "./machine.ts";
import type { Site } from "./settings.ts";
import { changed, runSteps, type Step, type StepOutcome, unchanged } from "./steps.ts";

export type InstallOptions = {
  /** Folder of a system that is not running; this machine when absent. */
  readonly root?: string;
  /** The Debian packages, `ventanilla-*.deb`. */
  readonly packages: readonly string[];
  readonly site: Site;
  readonly dryRun?: boolean;
  readonly say?: (outcome: StepOutcome) => void;
};

export type InstallFailure = { readonly step: string; readonly error: CodedError };

/** Units that are started with the machine, in the order of the parts. */
export const UNITS = [
  "ventanilla-firewall.service",
  "ventanilla-runtime.service",
  "ventanilla-display.service",
  "ventanilla-shell.service",
  "ventanilla-agent.service",
  "ventanilla-wizard.service",
  "ventanilla-guard.service",
  "ventanilla-guard.path",
  "ventanilla-guard.timer",
  "ventanilla.target",
];

/** What would show a prompt, or take the screen, or obey a keyboard. */
const MASKED = [
  "getty@.service",
  "serial-getty@.service",
  "autovt@.service",
  "console-getty.service",
  "ctrl-alt-del.target",
  "debug-shell.service",
  "emergency.service",
  "rescue.service",
];

const PACKAGE_STORE = "/var/cache/ventanilla/install";

/**
 * Makes a kiosk of a stock Debian. Every step first looks whether its work is done already, so that the same installation may be
 * run again at any time: after a failure, with other settings, with newer packages.
 */
export async function install(options: InstallOptions): Promise<Result<readonly StepOutcome[], InstallFailure>> {
  const machine = openMachine(options.root);
  return runSteps(installSteps(options), { machine, dryRun: options.dryRun ?? false, say: options.say ?? (() => {}) });
}

function installSteps({ packages, site }: InstallOptions): Step[] {
  return [
    { name: "machine", run: async ({ machine }) => judgeMachine(machine) },
    packagesStep(packages),
    firstReleaseStep,
    configurationStep(site),
    lockDownStep,
    unitsStep,
    startStep,
  ];
}

/** Whether a kiosk can be made of it. */
function judgeMachine(machine: Machine): Awaited<ReturnType<Step["run"]>> {
  const system = Object.fromEntries(
    [...(machine.read("/etc/os-release") ?? "").matchAll(/^([A-Z_]+)="?([^"\n]*)"?$/gm)].map(([, key, value]) => [
      key,
      value,
    ]),
  );
  const wrong: string[] = [];
  if (system.ID !== "debian" || Number(system.VERSION_ID) < 12)
    wrong.push(`Debian 12 or later is needed, this is ${system.PRETTY_NAME ?? "unknown"}`);
  if (process.getuid?.() !== 0) wrong.push("run it as root");
  if (!machine.exists("/lib/systemd/systemd")) wrong.push("systemd is not installed");
  if (wrong.length > 0) return err(coded("install.unsupported", wrong.join("; ")));
  return unchanged(`${system.PRETTY_NAME}, ${process.arch}`);
}

function packagesStep(packages: readonly string[]): Step {
  return {
    name: "packages",
    async run({ machine, dryRun, manifest }) {
      const before = await installedPackages(machine);
      if (!before.ok) return before;
      const wanted = new Map(packages.map((file) => [file, fileVersion(file)]));
      const missing = [...wanted].filter(([, { name, version }]) => before.value.get(name) !== version);
      if (missing.length === 0) return unchanged(`${packages.length} packages are installed`);
      const words = missing.map(([, { name, version }]) => `${name} ${version}`).join(", ");
      if (dryRun) return changed(`would install ${words} and what they need`);
      mkdirSync(machine.path(PACKAGE_STORE), { recursive: true });
      for (const file of packages) copyFileSync(file, machine.path(`${PACKAGE_STORE}/${basename(file)}`));
      const inside = packages.map((file) => `${PACKAGE_STORE}/${basename(file)}`);
      const done = await machine.run(
        [
          "apt-get",
          "install",
          "-qq",
          "-y",
          "--no-install-recommends",
          "--allow-downgrades",
          "-o",
          "DPkg::Options::=--force-confold",
          ...inside,
        ],
        { environment: { DEBIAN_FRONTEND: "noninteractive" }, within: 1_800_000 },
      );
      machine.remove(PACKAGE_STORE);
      const after = await installedPackages(machine);
      if (after.ok) {
        const fresh = [...after.value.keys()].filter((name) => !before.value.has(name));
        manifest.note({ packages: [...new Set([...manifest.value.packages, ...fresh])].sort() });
      }
      if (!done.ok) return done;
      return changed(
        `installed ${words}, and ${manifest.value.packages.length - packages.length} packages that they need`,
      );
    },
  };
}

/** Name and version of a package file by Debian's rule for their names. */
function fileVersion(file: string): { name: string; version: string } {
  const [name = "", version = ""] = basename(file).split("_");
  return { name, version };
}

/** Versions of the packages that are installed, by name. */
export async function installedPackages(machine: Machine): Promise<Result<Map<string, string>, CodedError>> {
  const fields = ["db:Status-Abbrev", "Package", "Version"].map((name) => `$\{${name}}`).join("\t");
  const listed = await machine.run(["dpkg-query", "-W", "-f", `${fields}\n`]);
  if (!listed.ok) return listed;
  const rows = listed.value.split("\n").map((line) => line.split("\t"));
  return {
    ok: true,
    value: new Map(
      rows.filter(([status]) => status?.startsWith("ii")).map(([, name = "", version = ""]) => [name, version]),
    ),
  };
}

const OPT = "/opt/ventanilla";

/** The release that came with the packages becomes the first one that runs; later ones are the guard's. */
const firstReleaseStep: Step = {
  name: "first-release",
  async run({ machine, dryRun, manifest }) {
    if (machine.exists(`${OPT}/current`)) return unchanged(`runs from ${readlinkSync(machine.path(`${OPT}/current`))}`);
    if (dryRun) return changed(`would put the release of the packages into ${OPT}/slot-a`);
    manifest.note({ files: union(manifest.value.files, [`${OPT}/slot-a`, `${OPT}/slot-b`, `${OPT}/current`]) });
    const making = `${OPT}/slot-a.new`;
    machine.remove(making);
    cpSync(machine.path(`${OPT}/factory`), machine.path(making), { recursive: true, preserveTimestamps: true });
    machine.remove(`${OPT}/slot-a`);
    renameSync(machine.path(making), machine.path(`${OPT}/slot-a`));
    mkdirSync(machine.path(`${OPT}/slot-b`), { recursive: true });
    symlinkSync("slot-a", machine.path(`${OPT}/current`));
    return changed(`the release of the packages is in ${OPT}/slot-a`);
  },
};

function configurationStep(site: Site): Step {
  return {
    name: "configuration",
    async run({ machine, dryRun, manifest }) {
      const accounts = new Set(
        (machine.read("/etc/passwd") ?? "").split("\n").map((line) => line.split(":", 1)[0] ?? ""),
      );
      const files = configurationFiles(site, accounts);
      const stale = files.filter(
        ({ path, content, mode }) =>
          machine.read(path) !== content || (lstatSync(machine.path(path)).mode & 0o777) !== mode,
      );
      if (stale.length === 0) return unchanged(`${files.length} files are as they should be`);
      const words = stale.map(({ path }) => path).join(", ");
      if (dryRun) return changed(`would write ${words}`);
      manifest.note({
        files: union(
          manifest.value.files,
          files.map(({ path }) => path),
        ),
      });
      for (const { path, content, mode } of stale) machine.write(path, content, mode);
      return changed(`wrote ${words}`);
    },
  };
}

const lockDownStep: Step = {
  name: "lock-down",
  async run({ machine, dryRun, manifest }) {
    const open = MASKED.filter((unit) => linkOf(machine, `/etc/systemd/system/${unit}`) !== "/dev/null");
    if (open.length === 0) return unchanged("no prompt, no key that the system obeys");
    if (dryRun) return changed(`would mask ${open.join(", ")}`);
    manifest.note({ masked: union(manifest.value.masked, open) });
    const done = await machine.run(["systemctl", "mask", "--quiet", ...open]);
    return done.ok ? changed(`masked ${open.join(", ")}`) : done;
  },
};

function linkOf(machine: Machine, path: string): string | undefined {
  return lstatSync(machine.path(path), { throwIfNoEntry: false })?.isSymbolicLink() === true
    ? readlinkSync(machine.path(path))
    : undefined;
}

/** Where an administrator's choice of what the machine starts into stands; without it the distribution's own holds. */
export const DEFAULT_TARGET = "/etc/systemd/system/default.target";

const unitsStep: Step = {
  name: "units",
  async run({ machine, dryRun, manifest }) {
    const states = await machine.run([
      "sh",
      "-c",
      'for unit; do echo "$unit $(systemctl is-enabled "$unit" 2>/dev/null)"; done',
      "sh",
      ...UNITS,
    ]);
    if (!states.ok) return states;
    const off = states.value.split("\n").flatMap((line) => {
      const [unit, state] = line.split(" ");
      return unit && state !== "enabled" && state !== "static" ? [unit] : [];
    });
    const target = (await machine.run(["systemctl", "get-default"])) as Result<string, CodedError>;
    if (!target.ok) return target;
    const before = target.value.trim();
    if (off.length === 0 && before === "multi-user.target")
      return unchanged(`${UNITS.length} units start with the machine`);
    if (dryRun) return changed(`would enable ${off.join(", ")}`);
    if (before !== "multi-user.target") {
      manifest.note({ defaultTarget: basename(linkOf(machine, DEFAULT_TARGET) ?? "") });
      const set = await machine.run(["systemctl", "set-default", "--quiet", "multi-user.target"]);
      if (!set.ok) return set;
    }
    const done = await machine.run(["systemctl", "enable", "--quiet", ...UNITS]);
    return done.ok ? changed(`enabled ${off.join(", ")}`) : done;
  },
};

const startStep: Step = {
  name: "start",
  async run({ machine, dryRun }) {
    if (!machine.running) return unchanged("the system in the folder starts as a kiosk when it boots");
    if (dryRun) return changed("would load the units and start the kiosk");
    for (const command of [
      ["systemctl", "daemon-reload"],
      ["systemd-sysusers"],
      ["systemd-tmpfiles", "--create"],
      ["sysctl", "--quiet", "--load=/usr/lib/sysctl.d/70-ventanilla.conf"],
      ["udevadm", "control", "--reload"],
      [
        "udevadm",
        "trigger",
        "--subsystem-match=tty",
        "--subsystem-match=usb",
        "--subsystem-match=usbmisc",
        "--subsystem-match=hidraw",
      ],
      ["systemctl", "reload-or-restart", "systemd-journald.service"],
      ["systemctl", "reload-or-restart", "ventanilla-firewall.service"],
      ["systemctl", "restart", "ventanilla.target"],
    ]) {
      const done = await machine.run(command);
      if (!done.ok) return done;
    }
    return changed("the kiosk is started");
  },
};

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}

/** The packages of a folder that `provision packages` wrote. */
export function packagesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^ventanilla-[a-z]+_.*\.deb$/.test(name))
    .map((name) => join(folder, name))
    .sort();
}

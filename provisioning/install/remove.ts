import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Result } from "../../base/result.ts";
import { DEFAULT_TARGET, type InstallFailure, installedPackages, UNITS } from "./install.ts";
import { openMachine } from "./machine.ts";
import { MANIFEST } from "./manifest.ts";
import { changed, runSteps, type Step, type StepOutcome, unchanged } from "./steps.ts";

export type RemoveOptions = {
  /** Folder of a system that is not running; this machine when absent. */
  readonly root?: string;
  /** Journal, identity and database of the kiosk stay under `/var/lib/ventanilla`. */
  readonly keepData?: boolean;
  readonly dryRun?: boolean;
  readonly say?: (outcome: StepOutcome) => void;
};

/** Users and groups that the packages made. */
const ACCOUNTS = ["ventanilla-runtime", "ventanilla-shell", "ventanilla-agent"];
const GROUPS = ["ventanilla-devices", ...ACCOUNTS];

/** Takes away everything that `install` laid down, and nothing else. */
export async function remove(options: RemoveOptions = {}): Promise<Result<readonly StepOutcome[], InstallFailure>> {
  const machine = openMachine(options.root);
  return runSteps(removeSteps(options.keepData ?? false), {
    machine,
    dryRun: options.dryRun ?? false,
    say: options.say ?? (() => {}),
  });
}

function removeSteps(keepData: boolean): Step[] {
  return [stopStep, unlockStep, filesStep, packagesStep, accountsStep(keepData)];
}

const stopStep: Step = {
  name: "stop",
  async run({ machine, dryRun }) {
    const laid = UNITS.filter((unit) => machine.exists(`/lib/systemd/system/${unit}`));
    if (laid.length === 0) return unchanged("no unit of the kiosk is here");
    if (dryRun) return changed(`would stop and disable ${laid.join(", ")}`);
    const disabled = await machine.run(["systemctl", "disable", "--quiet", ...laid]);
    if (!disabled.ok) return disabled;
    if (machine.running) {
      const stopped = await machine.run(["systemctl", "stop", ...laid]);
      if (!stopped.ok) return stopped;
    }
    return changed(`disabled ${laid.join(", ")}`);
  },
};

const unlockStep: Step = {
  name: "unlock",
  async run({ machine, dryRun, manifest }) {
    const { masked, defaultTarget } = manifest.value;
    if (masked.length === 0 && defaultTarget === null) return unchanged("nothing was locked");
    const words = [
      ...masked,
      ...(defaultTarget === null ? [] : [`the start into ${defaultTarget || "what Debian starts into"}`]),
    ].join(", ");
    if (dryRun) return changed(`would give back ${words}`);
    if (masked.length > 0) {
      const done = await machine.run(["systemctl", "unmask", "--quiet", ...masked]);
      if (!done.ok) return done;
    }
    if (defaultTarget === "") machine.remove(DEFAULT_TARGET);
    else if (defaultTarget !== null) {
      const done = await machine.run(["systemctl", "set-default", "--quiet", defaultTarget]);
      if (!done.ok) return done;
    }
    manifest.note({ masked: [], defaultTarget: null });
    return changed(`gave back ${words}`);
  },
};

const filesStep: Step = {
  name: "files",
  async run({ machine, dryRun, manifest }) {
    const { files } = manifest.value;
    if (files.length === 0) return unchanged("no file was written");
    if (dryRun) return changed(`would delete ${files.join(", ")}`);
    for (const file of files) machine.remove(file);
    for (const folder of new Set(files.map(dirname))) removeIfEmpty(machine.path(folder));
    manifest.note({ files: [] });
    return changed(`deleted ${files.length} files and folders`);
  },
};

function removeIfEmpty(folder: string): void {
  try {
    if (existsSync(folder)) rmdirSync(folder);
  } catch (problem) {
    if (!(problem instanceof Error && "code" in problem && problem.code === "ENOTEMPTY")) throw problem;
  }
}

const packagesStep: Step = {
  name: "packages",
  async run({ machine, dryRun, manifest }) {
    const present = await installedPackages(machine);
    if (!present.ok) return present;
    const brought = manifest.value.packages.filter((name) => present.value.has(name));
    if (brought.length === 0) return unchanged("no package was brought");
    if (dryRun) return changed(`would remove ${brought.length} packages: ${brought.join(", ")}`);
    const done = await machine.run(["apt-get", "purge", "-qq", "-y", ...brought], {
      environment: { DEBIAN_FRONTEND: "noninteractive" },
      within: 1_800_000,
    });
    if (!done.ok) return done;
    manifest.note({ packages: [] });
    return changed(`removed ${brought.length} packages`);
  },
};

function accountsStep(keepData: boolean): Step {
  return {
    name: "accounts-and-data",
    async run({ machine, dryRun }) {
      const known = (file: string) =>
        new Set((machine.read(file) ?? "").split("\n").map((line) => line.split(":", 1)[0]));
      const users = ACCOUNTS.filter((name) => known("/etc/passwd").has(name));
      const data = keepData ? "keeps /var/lib/ventanilla" : "with /var/lib/ventanilla";
      if (users.length === 0 && (keepData || !machine.exists("/var/lib/ventanilla")))
        return unchanged("nothing is left");
      if (dryRun) return changed(`would delete ${users.join(", ")}, ${data}`);
      if (!keepData) for (const user of users) await machine.run(["userdel", user]);
      if (!keepData)
        for (const group of GROUPS.filter((name) => known("/etc/group").has(name)))
          await machine.run(["groupdel", group]);
      machine.remove(keepData ? MANIFEST : "/var/lib/ventanilla");
      machine.remove("/opt/ventanilla");
      // dpkg takes the empty folder with its last package, though every Debian has one.
      mkdirSync(machine.path("/opt"), { recursive: true });
      if (machine.running) await machine.run(["systemctl", "daemon-reload"]);
      return changed(keepData ? "users and data stay" : `deleted ${users.join(", ")}, ${data}`);
    },
  };
}

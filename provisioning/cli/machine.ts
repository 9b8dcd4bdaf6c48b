import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { systemClock } from "../../base/node/system-clock.ts";
import { type InstallFailure, install, packagesIn } from "../install/install.ts";
import { remove } from "../install/remove.ts";
import { siteSchema } from "../install/settings.ts";
import type { StepOutcome } from "../install/steps.ts";

const project = join(import.meta.dirname, "..", "..");
const say = (line: string) => void process.stdout.write(`${line}\n`);
const saySteps = ({ name, changed, said }: StepOutcome) => say(`${changed ? "done" : "ok  "}  ${name}: ${said}`);

/** What makes, proves and takes away the appliance. */
export const MACHINE_COMMANDS = ["packages", "install", "remove", "test"] as const;
export type MachineCommand = (typeof MACHINE_COMMANDS)[number];

/** @returns the exit status: 0 done, 1 not done, 64 bad usage. */
export async function machineCommand(command: MachineCommand, rest: string[]): Promise<number> {
  const { values } = parseArgs({
    args: rest,
    options: {
      site: { type: "string" },
      packages: { type: "string", default: join(project, "out", "packages") },
      root: { type: "string" },
      "dry-run": { type: "boolean", default: false },
      "keep-data": { type: "boolean", default: false },
      "keep-image": { type: "boolean", default: false },
      "skip-removal": { type: "boolean", default: false },
      "skip-citizen": { type: "boolean", default: false },
      work: { type: "string" },
      kvm: { type: "boolean", default: false },
    },
  });
  const root = values.root === undefined ? {} : { root: values.root };
  const dryRun = values["dry-run"];
  switch (command) {
    case "packages": {
      const { buildPackages } = await import("../packages/build.ts");
      const built = await buildPackages({ project, say });
      return built.ok ? 0 : failed({ step: "packages", error: built.error });
    }
    case "install": {
      if (values.site === undefined) {
        process.stderr.write("install needs --site FILE: what this kiosk is called and where its servers are.\n");
        return 64;
      }
      const site = siteSchema.safeParse(parse(readFileSync(values.site, "utf8")));
      if (!site.success) {
        for (const { path, message } of site.error.issues)
          process.stderr.write(`${values.site}: ${path.join(".")}: ${message}\n`);
        return 64;
      }
      const done = await install({
        ...root,
        dryRun,
        packages: packagesIn(values.packages),
        site: site.data,
        say: saySteps,
      });
      return done.ok ? 0 : failed(done.error);
    }
    case "remove": {
      const done = await remove({ ...root, dryRun, keepData: values["keep-data"], say: saySteps });
      return done.ok ? 0 : failed(done.error);
    }
    case "test": {
      const { runVmTest } = await import("../vm/run-test.ts");
      return (await runVmTest({
        project,
        keepImage: values["keep-image"],
        skipRemoval: values["skip-removal"],
        skipCitizen: values["skip-citizen"],
        ...(values.work === undefined ? {} : { work: values.work }),
        kvm: values.kvm,
        clock: systemClock,
        say,
      }))
        ? 0
        : 1;
    }
  }
}

function failed({ step, error }: InstallFailure): number {
  process.stderr.write(`failed  ${step}: ${error.message} [${error.code}]\n`);
  return 1;
}

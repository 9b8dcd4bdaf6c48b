import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { EXPOSURE_LIMITS } from "../../provisioning/vm/inspect.ts";

const root = join(import.meta.dirname, "..", "..");
const units = globSync("provisioning/system/**/*.service", { cwd: root }).sort();

test("every service has a limit of exposure", () => {
  expect(units.map((file) => basename(file)).sort()).toEqual(Object.keys(EXPOSURE_LIMITS).sort());
});

test.each(units)("%s is exposed no more than its limit, by systemd's own count", (file) => {
  const told = spawnSync("systemd-analyze", ["security", "--offline=true", "--no-pager", join(root, file)], {
    encoding: "utf8",
  });
  const exposure = Number(/exposure level for [^:]+: ([\d.]+)/.exec(told.stdout)?.[1] ?? "10");
  expect(exposure, told.stderr).toBeLessThanOrEqual(EXPOSURE_LIMITS[basename(file)] ?? 0);
});

test("nothing that came late leaves the screen dark: its units are held up by the target and never give up", () => {
  const read = (part: string, unit: string) =>
    readFileSync(join(root, "provisioning", "system", part, "usr/lib/systemd/system", unit), "utf8");
  expect(read("runtime", "ventanilla.target")).toMatch(
    /^Upholds=ventanilla-display.service ventanilla-shell.service$/m,
  );
  for (const unit of ["ventanilla-display.service", "ventanilla-shell.service"])
    expect(read("shell", unit)).toMatch(/^StartLimitIntervalSec=0$/m);
});

import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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

test("the wizard holds the screen of a machine without identity, and the window asks before it shows anything", () => {
  const unit = readFileSync(
    join(root, "provisioning/system/runtime/usr/lib/systemd/system/ventanilla-wizard.service"),
    "utf8",
  );
  expect(unit).toMatch(/^ConditionPathExists=\|!\/var\/lib\/ventanilla\/agent\/identity\/identity.json$/m);
  expect(unit).toMatch(/^ExecStart=\/usr\/bin\/ventanilla-provision wizard --hold-screen$/m);
  const window = join(root, "provisioning/system/shell/opt/ventanilla/libexec/shell");
  const credentials = mkdtempSync(join(tmpdir(), "credentials-"));
  writeFileSync(join(credentials, "token"), "none");
  const early = spawnSync("/bin/sh", [window], {
    encoding: "utf8",
    env: { CREDENTIALS_DIRECTORY: credentials, PATH: "" },
  });
  expect([early.status, early.stderr]).toEqual([1, "the runtime has no view yet\n"]);
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

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readGuardSettings } from "./settings.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "guard-settings-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("paths are relative to the file, and what is left out has its default", () => {
  const file = join(directory, "guard.yaml");
  writeFileSync(
    file,
    "root: slots\nstate: slots/state.json\nrequests: /run/requests\ntrust: trust\nmetadata: /agent/metadata\n",
  );
  expect(readGuardSettings(file)).toMatchObject({
    ok: true,
    value: {
      root: join(directory, "slots"),
      requests: "/run/requests",
      trust: join(directory, "trust"),
      metadata: "/agent/metadata",
      trial: 600,
      starts: 12,
      parts: { by: "systemd" },
    },
  });
});

test("a mistake is named by its place", () => {
  const file = join(directory, "guard.yaml");
  writeFileSync(file, "root: slots\nstate: s\nrequests: r\ntrust: t\nmetadata: m\ntrial: soon\nspeed: 3\n");
  const read = readGuardSettings(file);
  expect(read).toMatchObject({ ok: false, error: { code: "guard.config" } });
  expect(read.ok ? "" : read.error.message).toMatch(/trial: .*speed/s);
  expect(readGuardSettings(join(directory, "none.yaml"))).toMatchObject({ ok: false });
});

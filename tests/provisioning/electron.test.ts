import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { assertOk } from "../../base/result.ts";
import { FUSES } from "../../kiosk/shell-electron/fuses.ts";
import { packElectronShell } from "../../provisioning/packages/electron.ts";

const project = join(import.meta.dirname, "..", "..");
/** Marks the fuses in a program of Electron. */
const SENTINEL = "dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX";
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "electron-package-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A distribution in which only the fuses are real: the wire that Electron's own program carries, as it is delivered. */
function standIn(): string {
  const dist = join(directory, "dist");
  mkdirSync(join(dist, "resources"), { recursive: true });
  mkdirSync(join(dist, "locales"));
  const delivered = "101110011";
  const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, delivered.length]), Buffer.from(delivered)]);
  writeFileSync(join(dist, "electron"), Buffer.concat([Buffer.from("#!/bin/sh\nexit 0\n"), wire]));
  chmodSync(join(dist, "electron"), 0o755);
  for (const name of ["version", "LICENSE", "LICENSES.chromium.html"]) writeFileSync(join(dist, name), "45.4.1");
  writeFileSync(join(dist, "locales", "es-419.pak"), "");
  return dist;
}

test("a packed shell carries the fuses of the table, read back from its program", async () => {
  const packed = assertOk(
    await packElectronShell(project, { dist: standIn(), out: join(directory, "out") }),
    "the shell is packed",
  );
  if ("notBuilt" in packed) throw new Error(packed.notBuilt);
  expect(packed.fuses).toMatchObject(FUSES);
  expect(existsSync(join(packed.folder, "resources", "app.asar"))).toBe(true);
});

test("without a distribution nothing is packed, and the reason is said", async () => {
  const packed = assertOk(await packElectronShell(project, { dist: join(directory, "nothing") }), "it is no error");
  expect(packed).toEqual({ notBuilt: expect.stringContaining("no distribution of Electron in ") });
});

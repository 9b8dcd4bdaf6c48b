import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ventanilla-services-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function services(...options: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["flows/cli/main.ts", ...options], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("a new service proves as it stands, and is drawn", () => {
  expect(services("new", "municipalidad/permiso-feria", folder)).toMatchObject({ status: 0, stderr: "" });
  const made = join(folder, "municipalidad/permiso-feria");
  const { status, stdout } = services("check", made);
  expect(stdout).toMatch(/^municipalidad\/permiso-feria\s+(proved\s+){7}\d+ states, \d+ events$/m);
  expect(status).toBe(0);
  expect(services("diagram", made).status).toBe(0);
  const svg = readFileSync(join(made, "flow.svg"), "utf8");
  for (const step of ["start", "question", "done"]) expect(svg).toContain(`>${step}</text>`);
  expect(svg).toContain("money: proved");
});

test("nothing is written over a service that is there", () => {
  services("new", "municipalidad/permiso-feria", folder);
  const file = join(folder, "municipalidad/permiso-feria/service.yaml");
  writeFileSync(file, "mine\n");
  expect(services("new", "municipalidad/permiso-feria", folder)).toMatchObject({
    status: 64,
    stderr: expect.stringContaining("is there already"),
  });
  expect(readFileSync(file, "utf8")).toBe("mine\n");
});

test.each([["Municipalidad/Permiso"], ["permiso"], ["../permiso/x"]])("%s is no id", (id) => {
  expect(services("new", id, folder)).toMatchObject({ status: 64, stderr: expect.stringContaining("is no id") });
});

test("what is refused is told with file, line, rule and the way to it", () => {
  services("new", "municipalidad/permiso-feria", folder);
  const made = join(folder, "municipalidad/permiso-feria");
  const file = join(made, "service.yaml");
  writeFileSync(file, `${readFileSync(file, "utf8")}\n  - id: lost\n    kind: finish\n`);
  for (const language of ["es", "en"]) {
    const texts = join(made, `texts.${language}.yaml`);
    writeFileSync(texts, `${readFileSync(texts, "utf8")}\nlost:\n  title: x\n  body: x\n`);
  }
  const { status, stdout, stderr } = services("check", made);
  expect(status).toBe(1);
  expect(stdout).toContain("REFUSED");
  expect(stderr).toMatch(/service\.yaml:21 \(steps\.3\)\n {2}nothing ever leads to "lost"/);
  expect(stderr).toContain("rule ends.unreachable-step");
});

test("a folder without a service, and no command, are bad usage", () => {
  expect(services("check", folder)).toMatchObject({ status: 64, stderr: expect.stringContaining("no service.yaml") });
  expect(services()).toMatchObject({ status: 64, stderr: expect.stringContaining("npm run services") });
});

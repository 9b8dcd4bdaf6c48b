import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { englishIn } from "../testing/both-languages.ts";
import { runServices } from "./commands.ts";
import { Output } from "./output.ts";

const ROOT = join(import.meta.dirname, "../..");
const NAME = "municipalidad.permiso-feria-1.0.0.service.json";
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ventanilla-services-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function services(...options: string[]) {
  return await servicesIn("en_GB.UTF-8", ...options);
}

async function servicesIn(lang: string, ...options: string[]) {
  let [stdout, stderr] = ["", ""];
  const output = new Output(
    (text) => {
      stdout += text;
    },
    (text) => {
      stderr += text;
    },
  );
  return { status: await runServices(options, output, lang), stdout, stderr };
}

test("the program takes its words from the command line", () => {
  const { status, stderr } = spawnSync(process.execPath, ["flows/cli/main.ts"], { cwd: ROOT, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 64, stderr: expect.stringContaining("npm run services") });
});

test("a new service proves as it stands, and is drawn", async () => {
  expect(await services("new", "municipalidad/permiso-feria", folder)).toMatchObject({ status: 0, stderr: "" });
  const made = join(folder, "municipalidad/permiso-feria");
  const { status, stdout } = await services("check", made);
  expect(stdout).toMatch(/^municipalidad\/permiso-feria\s+(proved\s+){8}\d+ states, \d+ events$/m);
  expect(status).toBe(0);
  expect((await services("diagram", made)).status).toBe(0);
  const svg = readFileSync(join(made, "flow.svg"), "utf8");
  for (const step of ["start", "question", "done"]) expect(svg).toContain(`>${step}</text>`);
  expect(svg).toContain("✓ money proved");
  expect(svg).toContain("ask · 2 states");
});

test("nothing is written over a service that is there", async () => {
  await services("new", "municipalidad/permiso-feria", folder);
  const file = join(folder, "municipalidad/permiso-feria/service.yaml");
  writeFileSync(file, "mine\n");
  expect(await services("new", "municipalidad/permiso-feria", folder)).toMatchObject({
    status: 64,
    stderr: expect.stringContaining("is there already"),
  });
  expect(readFileSync(file, "utf8")).toBe("mine\n");
});

test.each([["Municipalidad/Permiso"], ["permiso"], ["../permiso/x"]])("%s is no id", async (id) => {
  expect(await services("new", id, folder)).toMatchObject({ status: 64, stderr: expect.stringContaining("is no id") });
});

describe("what is refused is told with file, line and rule", () => {
  let made: string;
  beforeEach(async () => {
    await services("new", "municipalidad/permiso-feria", folder);
    made = join(folder, "municipalidad/permiso-feria");
    const file = join(made, "service.yaml");
    writeFileSync(file, `${readFileSync(file, "utf8")}\n  - id: lost\n    kind: finish\n`);
    for (const language of ["es", "en"]) {
      const texts = join(made, `texts.${language}.yaml`);
      writeFileSync(texts, `${readFileSync(texts, "utf8")}\nlost:\n  title: x\n  body: x\n`);
    }
  });

  test("in English where nobody asks for another language", async () => {
    const { status, stdout, stderr } = await services("check", made);
    expect(status).toBe(1);
    expect(stdout).toContain("REFUSED");
    expect(stderr).toMatch(/service\.yaml:22 \(steps\.3\)\n {2}nothing ever leads to "lost"/);
    expect(stderr).toContain("rule ends.unreachable-step");
  });

  test("in Spanish when that is asked for, or when the machine speaks it", async () => {
    const asked = await services("check", made, "--lang", "es");
    expect(asked.status).toBe(1);
    expect(asked.stdout).toMatch(/^servicio .* estados$/m);
    expect(asked.stdout).toMatch(/RECHAZA.*\d+ estados, \d+ eventos/);
    expect(asked.stderr).toMatch(
      /service\.yaml:22 \(steps\.3\)\n {2}nada lleva nunca a "lost"\n {2}Haga que un paso lleve a él/,
    );
    expect(asked.stderr).toContain("regla ends.unreachable-step");
    expect(await servicesIn("es_CL.UTF-8", "check", made)).toEqual(asked);
    expect((await servicesIn("es_CL.UTF-8", "check", made, "--lang", "en")).stdout).toContain("REFUSED");
  });

  test("in no other language", async () => {
    expect(await services("check", made, "--lang", "fr")).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('"--lang fr" is neither es nor en'),
    });
  });
});

test("an official whose machine speaks Spanish reads Spanish, whatever is wrong", async () => {
  const spanish = (...words: string[]) => servicesIn("es_CL.UTF-8", ...words);
  const key = join(folder, "author.pem");
  const begun = await spanish("new", "municipalidad/permiso-feria", folder);
  expect(begun.stdout).toContain("Escriba sus pasos y textos");
  const made = join(folder, "municipalidad/permiso-feria");
  await spanish("keys", "new", key);
  const packed = await spanish("pack", made, "--key", key, "--out", folder);
  const verified = await spanish("verify", packed.stdout.trim());
  const file = join(made, "service.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("\nicon: ", "\nicom: "));
  const checked = await spanish("check", made);
  expect(checked.stdout).toContain("no se puede leer");
  expect(checked.stderr).toMatch(
    /service\.yaml:5 \(icom\)\n {2}"icom" no es un nombre que se use aquí; ¿quiso escribir "icon"\? \(se usan: id, version/,
  );
  const others = await Promise.all([
    ...[spanish(), spanish("bake"), spanish("--bake"), spanish("check", made, "--lang", "fr"), spanish("new", "x")],
    ...[spanish("check", `${made}/none`), spanish("pack", made, "--key", key), spanish("pack", made, "--key", file)],
    ...[
      spanish("new", "municipalidad/permiso-feria", folder),
      spanish("import-simple", file),
      spanish("keys", "new", key),
    ],
    spanish("import-simple", "flows/simple/testing/feria.json", "municipalidad/feria", folder),
  ]);
  for (const { stdout, stderr } of [begun, packed, verified, checked, ...others])
    for (const line of [...stdout.split("\n"), ...stderr.split("\n")])
      expect(englishIn(line.replaceAll(folder, "")), line).toBeUndefined();
});

test("a folder without a service, and no command, are bad usage", async () => {
  expect(await services("check", folder)).toMatchObject({
    status: 64,
    stderr: expect.stringContaining("no service.yaml"),
  });
  expect(await services()).toMatchObject({ status: 64, stderr: expect.stringContaining("npm run services") });
});

test("a package has the same bytes wherever, whenever and by whomever its files were written; it is verified and installed", async () => {
  const key = join(folder, "author.pem");
  const made = await services("keys", "new", key);
  const [, author = ""] = /^([0-9a-f]{64})$/m.exec(made.stdout) ?? [];
  expect(await services("keys", "new", key)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("there already"),
  });
  await services("new", "municipalidad/permiso-feria", folder);
  const first = join(folder, "municipalidad/permiso-feria");
  const second = join(folder, "elsewhere");
  mkdirSync(second);
  for (const name of readdirSync(first).reverse()) {
    copyFileSync(join(first, name), join(second, name));
    utimesSync(join(second, name), 1, 1);
    chmodSync(join(second, name), 0o600);
  }
  const out = ["a", "b"].map((name) => join(folder, "out", name));
  const results = [first, second].map((path, index) => services("pack", path, "--key", key, "--out", out[index] ?? ""));
  const files = (await Promise.all(results)).map(({ stdout }) => stdout.trim());
  expect(files.map((file) => basename(file))).toEqual([NAME, NAME]);
  const [one, other] = files.map((file) => readFileSync(file, "utf8"));
  expect(one).toBe(other);

  const verified = await services("verify", files[0] ?? "", "--author", author);
  expect(verified).toMatchObject({ status: 0, stderr: "" });
  expect(verified.stdout).toMatch(/signature +holds, by the key given\nproofs +hold/);
  expect((await services("verify", files[0] ?? "", "--author", "0".repeat(64))).status).toBe(1);
  const installed = await services("install", files[0] ?? "", "--data", join(folder, "data"));
  expect(installed).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining(author) });
  expect(readdirSync(join(folder, "data/services"))).toContain("municipalidad.permiso-feria.service.json");

  writeFileSync(join(second, "texts.en.yaml"), `${readFileSync(join(second, "texts.en.yaml"), "utf8")}\n`);
  const again = await services("pack", second, "--key", key, "--out", out[0] ?? "");
  expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining("Write a version higher than 1.0.0") });
});

test("what is not proved is not packed, and a package that was changed does not verify", async () => {
  const key = join(folder, "author.pem");
  await services("keys", "new", key);
  await services("new", "municipalidad/permiso-feria", folder);
  const made = join(folder, "municipalidad/permiso-feria");
  const file = join(made, "service.yaml");
  const good = readFileSync(file, "utf8");
  writeFileSync(file, good.replace("requires: []", "requires: [payment-terminal]"));
  const refused = await services("pack", made, "--key", key, "--out", folder);
  expect(refused).toMatchObject({ status: 1, stdout: "" });
  expect(refused.stderr).toMatch(/rule devices\.unneeded[\s\S]*is not packed/);
  expect(await services("pack", made, "--key", `${key}.none`)).toMatchObject({
    status: 64,
    stderr: expect.stringContaining("keys new"),
  });
  writeFileSync(file, good);
  await services("pack", made, "--key", key, "--out", folder);
  const packed = join(folder, NAME);
  writeFileSync(packed, readFileSync(packed, "utf8").replace("Gratis", "Gratuito"));
  const tampered = await services("verify", packed);
  expect(tampered).toMatchObject({ status: 1, stdout: "" });
  expect(tampered.stderr).toContain("texts.es.yaml is not the file that was signed");
});

const PART = `part: phone
steps:
  - { id: number, kind: ask, input: phone }
texts:
  es: { number: { title: "¿A qué teléfono?" } }
  en: { number: { title: Which phone? } }
`;

/** A new service that asks for a phone by a part of all services. */
async function withPart(): Promise<string> {
  await services("new", "municipalidad/permiso-feria", folder);
  const made = join(folder, "municipalidad/permiso-feria");
  const file = join(made, "service.yaml");
  const use = "  - id: call\n    kind: part\n    use: phone\n\n  # The last page";
  writeFileSync(file, readFileSync(file, "utf8").replace("  # The last page", use));
  mkdirSync(join(folder, "parts"));
  writeFileSync(join(folder, "parts/phone.yaml"), PART);
  return made;
}

test("a part of all services is proved where it is used, and one that nobody uses is told", async () => {
  await withPart();
  writeFileSync(join(folder, "parts/spare.yaml"), PART.replace("part: phone", "part: spare"));
  const { status, stdout, stderr } = await services("check", folder);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/spare\.yaml is used by no service/);
  expect(stdout).not.toMatch(/phone\.yaml is used by no/);
});

test("a mistake in a part is told with the part's line and the place of its use", async () => {
  const made = await withPart();
  writeFileSync(join(folder, "parts/phone.yaml"), PART.replace("input: phone", "input: fone"));
  const { status, stderr } = await services("check", made);
  expect(status).toBe(1);
  expect(stderr).toMatch(/parts\/phone\.yaml:3 \(steps\.0.*\)\n {2}used in \S*service\.yaml:18\n/);
});

test("a package has the parts that its service uses, and a kiosk offers it without the folder of parts", async () => {
  const key = join(folder, "author.pem");
  await services("keys", "new", key);
  const made = await withPart();
  writeFileSync(join(folder, "parts/spare.yaml"), PART.replace("part: phone", "part: spare"));
  const packed = await services("pack", made, "--key", key, "--out", folder);
  expect(packed).toMatchObject({ status: 0, stderr: "" });
  const again = await services("pack", made, "--key", key, "--out", join(folder, "again"));
  const [one, other] = [packed, again].map(({ stdout }) => readFileSync(stdout.trim(), "utf8"));
  expect(one).toBe(other);
  rmSync(join(folder, "parts"), { recursive: true });
  const verified = await services("verify", join(folder, NAME));
  expect(verified.status).toBe(0);
  expect(verified.stdout).toMatch(/part\.phone\.yaml +sha256/);
  expect(verified.stdout).not.toContain("spare");
  expect((await services("install", join(folder, NAME), "--data", join(folder, "data"))).status).toBe(0);
});

test("a process of SIMPLE is imported whole, or nothing is written and the list says why", async () => {
  const file = "flows/simple/testing/feria.json";
  const made = join(folder, "municipalidad/permiso-feria");
  const { status, stdout } = await services("import-simple", file, "municipalidad/permiso-feria", folder);
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("Read IMPORT.md") });
  expect(readFileSync(join(made, "IMPORT.md"), "utf8")).toContain("Revisión municipal");

  const spoilt = join(folder, "spoilt.json");
  writeFileSync(spoilt, readFileSync(join(ROOT, file), "utf8").replace('"tipo": "radio"', '"tipo": "maps"'));
  const refused = await services("import-simple", spoilt, "municipalidad/otro", folder);
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining("Nothing was written") });
  expect(existsSync(join(folder, "municipalidad/otro"))).toBe(false);
  expect((await services("import-simple", spoilt, "municipalidad/otro", folder, "--draft")).status).toBe(1);
  expect(existsSync(join(folder, "municipalidad/otro/service.yaml"))).toBe(true);
});

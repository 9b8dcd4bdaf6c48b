import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { filesBelow, packArchive } from "../../base/node/archive/pack.ts";
import { RELEASE_LIMITS, unpackArchive } from "../../base/node/archive/unpack.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { assertOk } from "../../base/result.ts";
import { addRelease, addServiceDirectory, hashFile } from "../../fleet-server/repository/edit.ts";
import { listTargets } from "../../fleet-server/repository/inspect.ts";
import { initRepository } from "../../fleet-server/repository/make.ts";
import { releasePath } from "../../fleet-server/repository/packages.ts";
import { signOnline } from "../../fleet-server/repository/sign-online.ts";
import { buildRelease } from "../build-release.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** What the kiosks are delivered with, the next one, and one that is broken on purpose. */
const DELIVERED = "0.1.0";
const BETTER = "0.1.1";
const BROKEN = "0.1.2";

export const RELEASE_VERSIONS = { delivered: DELIVERED, better: BETTER, broken: BROKEN } as const;

export type DemoRepository = {
  readonly directory: string;
  readonly onlineKeys: string;
  /** Archive of the release that kiosks are delivered with. */
  readonly delivered: string;
};

/**
 * The update repository of the demonstration, with its off-line keys beside it, which a real fleet keeps in a safe: three releases
 * (one crashes at its start), a new service, and a service package with a mistake.
 *
 * @returns undefined when the sources changed since it was made: a version has one content for ever, so the demonstration's
 *   fleet has to begin anew.
 */
export async function ensureRepository(directory: string): Promise<DemoRepository | undefined> {
  const repository = join(directory, "repository");
  const offline = { directory: repository, keys: join(directory, "offline-keys"), clock: systemClock };
  const onlineKeys = join(directory, "keys");
  const delivered = await buildRelease({ version: DELIVERED, output: join(directory, "releases") });
  const made = { directory: repository, onlineKeys, delivered };
  const listed = await listTargets(repository);
  if (listed.ok && listed.value.length > 0) {
    const { sha256 } = await hashFile(delivered);
    const path = releasePath({ version: DELIVERED, platform: `${process.platform}-${process.arch}` });
    return listed.value.find((target) => target.path === path)?.sha256 === sha256 ? made : undefined;
  }
  if (existsSync(repository)) return undefined;
  mkdirSync(directory, { recursive: true });
  assertOk(await initRepository({ ...offline, onlineKeys }), "repository");
  const scratch = mkdtempSync(join(tmpdir(), "ventanilla-demo-"));
  try {
    const add = async (file: string, notes: string) => assertOk(await addRelease(offline, file, notes), "release");
    await add(delivered, "Con esta versión se entregan los tótems de la demostración.");
    await add(await remake(delivered, BETTER, scratch), "Mejoras internas.");
    await add(
      await remake(delivered, BROKEN, scratch, breakRuntime),
      "Rota a propósito: no arranca. Sirve para ver cómo la flota vuelve atrás.",
    );
    const versions = { version: "1.0.0", needsRelease: DELIVERED };
    const notes = ["Trámite nuevo, sin reiniciar los tótems.", "Definición con un error a propósito."] as const;
    const enrolment = newService(scratch);
    assertOk(await addServiceDirectory(offline, enrolment, versions, notes[0]), "service package");
    const wrong = brokenService(scratch);
    assertOk(await addServiceDirectory(offline, wrong, { ...versions, version: "1.1.0" }, notes[1]), "service package");
    assertOk(await signOnline({ ...offline, onlineKeys }), "signatures");
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return made;
}

/** The same release under another version. */
async function remake(
  file: string,
  version: string,
  scratch: string,
  change: (folder: string) => void = () => {},
): Promise<string> {
  const folder = join(scratch, version);
  assertOk(await unpackArchive(file, folder, RELEASE_LIMITS), "release");
  for (const name of ["release.json", "runtime/package.json", "agent/package.json", "shell/package.json"]) {
    const path = join(folder, name);
    writeFileSync(path, `${JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), version }, null, 2)}\n`);
  }
  change(folder);
  const made = join(scratch, basename(file).replace(DELIVERED, version));
  await packArchive(await filesBelow(folder), made);
  return made;
}

function breakRuntime(folder: string): void {
  const program = join(folder, "runtime", "main.js");
  writeFileSync(program, 'throw new Error("This release is broken on purpose, for the demonstration.");\n');
}

const BIRTH = join(ROOT, "flows", "services", "srcei", "certificado-nacimiento");

/** The birth certificate under a name of its own: a service that citizens see appear. */
export function newService(scratch: string): string {
  const folder = join(scratch, "srcei", "certificado-matricula");
  cpSync(BIRTH, folder, { recursive: true });
  replaceIn(join(folder, "service.yaml"), "id: srcei/certificado-nacimiento", "id: srcei/certificado-matricula");
  replaceIn(join(folder, "texts.es.yaml"), "Certificado de nacimiento", "Certificado para matrícula");
  replaceIn(join(folder, "texts.en.yaml"), "Birth certificate", "Certificate for school enrolment");
  return folder;
}

function brokenService(scratch: string): string {
  const folder = join(scratch, "broken", "srcei", "certificado-nacimiento");
  cpSync(BIRTH, folder, { recursive: true });
  replaceIn(join(folder, "service.yaml"), "kind: inform", "kind: no-such-step");
  return folder;
}

function replaceIn(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  if (!text.includes(from)) throw new Error(`${file} does not say ${JSON.stringify(from)}`);
  writeFileSync(file, text.replaceAll(from, to));
}

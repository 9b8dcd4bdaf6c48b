import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { makeFile, replaceFile } from "../../base/node/replace-file.ts";
import {
  type OpenedPackage,
  packageFileName,
  publicKeyOf,
  readAuthorKey,
  sealPackage,
  sha256,
} from "../../base/node/service-package.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { type Language, type Told, told } from "../../base/told.ts";
import { PROOFS } from "../checker/proof.ts";
import type { Verdict } from "../checker/prove.ts";
import type { ServiceSource } from "../compiler/source.ts";
import { LONGEST } from "../node/load-services.ts";
import { filesOf } from "../node/package-source.ts";
import { readPackage } from "../node/package-store.ts";

/** Where an author's key lies unless said. */
export function usualKeyFile(): string {
  const config = process.env.XDG_CONFIG_HOME ?? join(homedir(), ".config");
  return join(config, "ventanilla", "author-key.pem");
}

/** Makes an author's key. One that is there is never replaced: what it signed could not be followed by anything. */
export async function makeAuthorKey(file: string): Promise<Result<string, Told>> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return makeFile(file, pem, 0o600)
    ? ok(publicKeyOf(privateKey))
    : err(
        told(
          `${file} is there already. It stays: what it has signed can only be followed by what it signs.`,
          `${file} ya existe, y queda como está: lo que se firmó con esa llave solo se reemplaza con lo que ella firme.`,
        ),
      );
}

/** Reads the author's private key, or says what to do. */
export async function readKeyFile(file: string): Promise<Result<KeyObject, Told>> {
  const pem = await readFile(file, "utf8").catch(() => undefined);
  if (pem === undefined)
    return err(
      told(
        `There is no author's key ${file}. Make one, once: npm run services -- keys new`,
        `No está su llave de autor ${file}. Haga una, una sola vez: npm run services -- keys new`,
      ),
    );
  const key = readAuthorKey(pem);
  return key === undefined
    ? err(
        told(
          `${file} is no author's key (Ed25519, PEM). Make one: npm run services -- keys new ${file}.new`,
          `${file} no es una llave de autor. Haga una: npm run services -- keys new ${file}.new`,
        ),
      )
    : ok(key);
}

export type PackOptions = {
  readonly key: KeyObject;
  /** Folder of the package. */
  readonly into: string;
  /** Of the software that proved it, and that a kiosk needs at least. */
  readonly release: string;
};

/** Writes the package of a service that is proved; returns its file. */
export async function packService(
  source: ServiceSource,
  verdict: Verdict,
  options: PackOptions,
): Promise<Result<string, Told>> {
  const { definition } = verdict.service;
  const { id, version, steps, requires } = definition;
  if (version === undefined)
    return err(
      told(
        `${source.service.name} has no version. Write below its id: version: 1.0.0 (higher with every package)`,
        `${source.service.name} no tiene versión. Escriba debajo de su "id": version: 1.0.0 (más alta con cada paquete)`,
      ),
    );
  const files = filesOf(source);
  const long = Object.entries(files).find(([, text]) => Buffer.byteLength(text) > LONGEST);
  if (long !== undefined)
    return err(
      told(
        `${long[0]} has more than ${LONGEST} bytes. Make it shorter.`,
        `${long[0]} es demasiado largo: tiene más de ${LONGEST} bytes. Acórtelo.`,
      ),
    );
  const { release } = options;
  const manifest = {
    format: 1 as const,
    service: id,
    version,
    needsRelease: release,
    steps: [...new Set(steps.map(({ kind }) => kind))].sort(),
    requires: requires.toSorted(),
    operations: [...verdict.operations],
    proof: { release, properties: [...PROOFS], states: verdict.states, events: verdict.events },
  };
  const text = sealPackage(manifest, files, options.key);
  const file = join(options.into, packageFileName(manifest));
  const there = await readPackage(file);
  if (there.ok && there.value.sha256 !== sha256(text))
    return err(
      told(
        `${file} is there with other content or another signature. Write a version higher than ${version} into ${source.service.name}: a version is given once.`,
        `${file} ya existe, con otro contenido u otra firma. Escriba en ${source.service.name} una versión más alta que ${version}: cada versión se entrega una sola vez.`,
      ),
    );
  await mkdir(options.into, { recursive: true });
  replaceFile(file, text, 0o644);
  return ok(file);
}

const WORDS = {
  none: told("none", "ninguno"),
  service: told("service", "servicio"),
  needs: told("needs", "necesita"),
  release: told("kiosk software", "programa del tótem"),
  later: told("or later", "o posterior"),
  steps: told("steps", "pasos"),
  devices: told("devices", "equipos"),
  asks: told("asks institutions", "consulta"),
  proved: told("proved by author", "revisado por autor"),
  states: told("states", "estados"),
  events: told("events", "eventos"),
  key: told("author's key", "llave del autor"),
  package: told("package", "paquete"),
} satisfies { readonly [word: string]: Told };

/** What a package says of itself, for people. */
export function packageInWords({ manifest, signature, sha256: hash }: OpenedPackage, language: Language): string {
  const word = (name: keyof typeof WORDS) => WORDS[name][language];
  const { service, version, needsRelease, steps, requires, operations, files, proof } = manifest;
  const list = (names: readonly string[]) => (names.length === 0 ? word("none") : names.join(", "));
  const rows = [
    [word("service"), `${service} ${version}`],
    [word("needs"), `${word("release")} ${needsRelease} ${word("later")}`],
    [word("steps"), list(steps)],
    [word("devices"), list(requires)],
    [word("asks"), list(operations)],
    [
      word("proved"),
      `${list(proof.properties)}: ${proof.states} ${word("states")}, ${proof.events} ${word("events")} (${proof.release})`,
    ],
    ...Object.entries(files).map(([name, digest]) => [name, `sha256 ${digest}`]),
    [word("key"), signature.key],
    [word("package"), `sha256 ${hash}`],
  ];
  return rows.map(([name = "", value = ""]) => `${name.padEnd(19)}${value}\n`).join("");
}

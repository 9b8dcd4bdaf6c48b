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
export async function makeAuthorKey(file: string): Promise<Result<string, string>> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return makeFile(file, pem, 0o600)
    ? ok(publicKeyOf(privateKey))
    : err(`${file} is there already. It stays: what it has signed can only be followed by what it signs.`);
}

/** Reads the author's private key, or says what to do. */
export async function readKeyFile(file: string): Promise<Result<KeyObject, string>> {
  const pem = await readFile(file, "utf8").catch(() => undefined);
  if (pem === undefined) return err(`There is no author's key ${file}. Make one, once: npm run services -- keys new`);
  const key = readAuthorKey(pem);
  return key === undefined
    ? err(`${file} is no author's key (Ed25519, PEM). Make one: npm run services -- keys new ${file}.new`)
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
): Promise<Result<string, string>> {
  const { definition } = verdict.service;
  const { id, version, steps, requires } = definition;
  if (version === undefined)
    return err(`${source.service.name} has no version. Write below its id: version: 1.0.0 (higher with every package)`);
  const files = filesOf(source);
  const long = Object.entries(files).find(([, text]) => Buffer.byteLength(text) > LONGEST);
  if (long !== undefined) return err(`${long[0]} has more than ${LONGEST} bytes. Make it shorter.`);
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
      `${file} is there with other content or another signature. Write a version higher than ${version} into ${source.service.name}: a version is given once.`,
    );
  await mkdir(options.into, { recursive: true });
  replaceFile(file, text, 0o644);
  return ok(file);
}

/** What a package says of itself, for people. */
export function packageInWords({ manifest, signature, sha256: hash }: OpenedPackage): string {
  const { service, version, needsRelease, steps, requires, operations, files, proof } = manifest;
  const list = (names: readonly string[]) => (names.length === 0 ? "none" : names.join(", "));
  const rows = [
    ["service", `${service} ${version}`],
    ["needs", `kiosk software ${needsRelease} or later`],
    ["steps", list(steps)],
    ["devices", list(requires)],
    ["asks institutions", list(operations)],
    [
      "proved by author",
      `${list(proof.properties)}: ${proof.states} states, ${proof.events} events (${proof.release})`,
    ],
    ...Object.entries(files).map(([name, digest]) => [name, `sha256 ${digest}`]),
    ["author's key", signature.key],
    ["package", `sha256 ${hash}`],
  ];
  return rows.map(([name = "", value = ""]) => `${name.padEnd(19)}${value}\n`).join("");
}

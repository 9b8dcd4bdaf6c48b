import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, mkdtemp, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { TargetCustom } from "../../base/contracts/fleet/release.ts";
import { syncDirectory } from "../../base/node/durable-file.ts";
import { openPackage } from "../../base/node/service-package.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { TargetDocument } from "./documents.ts";
import { SERVICES } from "./metadata-files.ts";
import { type OfflineOptions, publishTargets, readDraft, type TargetsRole } from "./offline.ts";
import { packService, readRelease, readService, releasePath, servicePath } from "./packages.ts";

/**
 * Puts a release archive into the repository and signs for it.
 *
 * @returns its path there. Kiosks see it once the on-line roles are signed too.
 */
export async function addRelease(
  options: OfflineOptions,
  file: string,
  notes?: string,
): Promise<Result<string, CodedError>> {
  const manifest = await readRelease(file);
  if (!manifest.ok) return manifest;
  const { version, platform } = manifest.value;
  return addTarget(options, "targets", releasePath(manifest.value), file, {
    kind: "release",
    version,
    platform,
    ...(notes === undefined ? {} : { notes }),
  });
}

/** The same for a service package. */
export async function addService(
  options: OfflineOptions,
  file: string,
  notes?: string,
): Promise<Result<string, CodedError>> {
  const manifest = await readService(file);
  if (!manifest.ok) return manifest;
  const { service, version, needsRelease } = manifest.value;
  return addTarget(options, SERVICES, servicePath(manifest.value), file, {
    kind: "service",
    service,
    version,
    needsRelease,
    ...(notes === undefined ? {} : { notes }),
  });
}

/** Packs the service definition in `directory` (`…/<institution>/<service>`) and adds it. */
export async function addServiceDirectory(
  options: OfflineOptions,
  directory: string,
  { version, needsRelease }: { readonly version: string; readonly needsRelease: string },
  notes?: string,
): Promise<Result<string, CodedError>> {
  const scratch = await mkdtemp(join(tmpdir(), "ventanilla-service-"));
  try {
    const packed = await packService(directory, { version, needsRelease }, scratch);
    return packed.ok ? await addService(options, packed.value, notes) : packed;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Adds what an author packed and signed (`npm run services -- pack`).
 *
 * @param author the public key that the package must be signed by, hex.
 */
export async function addSignedService(
  options: OfflineOptions,
  file: string,
  author: string,
  notes?: string,
): Promise<Result<string, CodedError>> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return err(coded("update.package", `there is no file ${file}`));
  const opened = openPackage(text);
  if (!opened.ok) return opened;
  const { manifest, files, signature } = opened.value;
  if (signature.key !== author) return err(coded("service.package-untrusted", signature.key));
  const scratch = await mkdtemp(join(tmpdir(), "ventanilla-service-"));
  try {
    const directory = join(scratch, manifest.service);
    await mkdir(directory, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
    return await addServiceDirectory(options, directory, manifest, notes);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Takes a target out of the signed metadata, and its file away. */
export async function removeTarget(options: OfflineOptions, path: string): Promise<Result<void, CodedError>> {
  const draft = await readDraft(options.directory);
  if (!draft.ok) return draft;
  const role = path.startsWith(`${SERVICES}/`) ? SERVICES : "targets";
  const sha256 = draft.value[role].signed.targets[path]?.hashes.sha256;
  if (sha256 === undefined) return err(coded("update.no-such-target", path));
  const published = await publishTargets(options, role, draft.value, (document) => {
    const { [path]: _, ...targets } = document.targets;
    return { ...document, targets };
  });
  if (!published.ok) return published;
  await rm(fileOf(options.directory, path, sha256), { force: true });
  return ok();
}

/** Where a target's file lies: consistent snapshots put its hash before its name. */
export function fileOf(directory: string, path: string, sha256: string): string {
  return join(directory, "targets", dirname(path), `${sha256}.${basename(path)}`);
}

export async function hashFile(file: string): Promise<{ length: number; sha256: string }> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return { length: (await stat(file)).size, sha256: hash.digest("hex") };
}

async function addTarget(
  options: OfflineOptions,
  role: TargetsRole,
  path: string,
  file: string,
  custom: TargetCustom,
): Promise<Result<string, CodedError>> {
  const draft = await readDraft(options.directory);
  if (!draft.ok) return draft;
  const { length, sha256 } = await hashFile(file);
  const there = draft.value[role].signed.targets[path];
  if (there !== undefined && there.hashes.sha256 !== sha256)
    return err(coded("update.package", `${path} is there with other content: a version is given once`));
  // The file first: metadata must not speak of what cannot be fetched.
  await place(file, fileOf(options.directory, path, sha256));
  const target: TargetDocument = { length, hashes: { sha256 }, custom };
  const published = await publishTargets(options, role, draft.value, (document) => ({
    ...document,
    targets: { ...document.targets, [path]: target },
  }));
  return published.ok ? ok(path) : published;
}

async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const beside = `${to}.new`;
  await copyFile(from, beside);
  const handle = await open(beside, "r");
  await handle.sync().finally(() => handle.close());
  await rename(beside, to);
  await syncDirectory(dirname(to));
}

import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import {
  type ReleaseManifest,
  releaseManifestSchema,
  type ServicePackage,
  servicePackageSchema,
} from "../../base/contracts/fleet/release.ts";
import { parseJson } from "../../base/json.ts";
import { packArchive } from "../../base/node/archive/pack.ts";
import { type ArchiveLimits, RELEASE_LIMITS, readArchived, SERVICE_LIMITS } from "../../base/node/archive/unpack.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** Reads and checks a whole release archive, as a kiosk would. */
export function readRelease(file: string): Promise<Result<ReleaseManifest, CodedError>> {
  return readManifest(file, "release.json", releaseManifestSchema, RELEASE_LIMITS);
}

/** Reads and checks a whole service package, as a kiosk would. */
export function readService(file: string): Promise<Result<ServicePackage, CodedError>> {
  return readManifest(file, "package.json", servicePackageSchema, SERVICE_LIMITS);
}

/** Path of a release in the repository. */
export function releasePath({ version, platform }: Pick<ReleaseManifest, "version" | "platform">): string {
  return `releases/ventanilla-${version}-${platform}.tar.zst`;
}

/** Path of a service package in the repository. */
export function servicePath({ service, version }: Pick<ServicePackage, "service" | "version">): string {
  return `services/${service.replace("/", ".")}-${version}.tar.zst`;
}

/**
 * Packs the definition of one service (`…/<institution>/<service>`, its YAML files).
 *
 * @param into directory of the package.
 */
export async function packService(
  directory: string,
  versions: Pick<ServicePackage, "version" | "needsRelease">,
  into: string,
): Promise<Result<string, CodedError>> {
  const full = resolve(directory);
  const manifest = servicePackageSchema.safeParse({
    service: `${basename(dirname(full))}/${basename(full)}`,
    ...versions,
  });
  if (!manifest.success) return err(coded("update.package", faults(directory, manifest.error)));
  const names = (await readdir(full).catch(() => [])).filter((name) => extname(name) === ".yaml");
  if (!names.includes("service.yaml")) return err(coded("update.package", `${directory} has no service.yaml`));
  const outside = await partsOutside(full, names);
  if (outside.length > 0)
    return err(
      coded(
        "update.package",
        `${directory} uses parts of other services (${outside.join(", ")}): pack it with "services -- pack", and add that file`,
      ),
    );
  const definition = names.map((name) => ({ name, from: join(full, name) }));
  const about = { name: "package.json", from: Buffer.from(`${JSON.stringify(manifest.data, null, 2)}\n`) };
  const file = join(into, basename(servicePath(manifest.data)));
  await packArchive([about, ...definition], file);
  return ok(file);
}

const usesSchema = z.looseObject({
  steps: z.array(z.looseObject({ kind: z.unknown().optional(), use: z.unknown().optional() })),
});

/** Parts that the service uses and that do not lie beside it: a kiosk would take those of its own release for them. */
async function partsOutside(directory: string, names: readonly string[]): Promise<string[]> {
  const own = names.filter((name) => name === "service.yaml" || name.startsWith("part."));
  const texts = await Promise.all(own.map((name) => readFile(join(directory, name), "utf8")));
  const uses = texts.flatMap((text) => {
    const steps = usesSchema.safeParse(parseDocument(text).toJS()).data?.steps ?? [];
    return steps.flatMap(({ kind, use }) => (kind === "part" ? [String(use)] : []));
  });
  return [...new Set(uses)].filter((use) => !names.includes(`part.${use}.yaml`));
}

async function readManifest<T>(
  file: string,
  name: string,
  schema: z.ZodType<T>,
  limits: ArchiveLimits,
): Promise<Result<T, CodedError>> {
  const there = await stat(file).catch(() => undefined);
  if (!there?.isFile()) return err(coded("update.package", `there is no file ${file}`));
  const read = await readArchived(file, name, limits);
  if (!read.ok) return read;
  if (read.value === undefined) return err(coded("update.package", `${file} has no ${name}`));
  const manifest = schema.safeParse(parseJson(new TextDecoder().decode(read.value)));
  return manifest.success
    ? ok(manifest.data)
    : err(coded("update.package", faults(`${file}: ${name}`, manifest.error)));
}

function faults(where: string, error: z.ZodError): string {
  return `${where}: ${error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`;
}

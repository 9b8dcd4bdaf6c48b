import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DesiredTarget } from "../../base/contracts/fleet/desired.ts";
import { servicePackageSchema } from "../../base/contracts/fleet/release.ts";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Package } from "./journal.ts";

/** Into a fresh directory that appears whole and on the medium, or not at all. */
export type Unpack = (file: string, directory: string) => Promise<Result<unknown, CodedError>>;

/** Digits of the digest in a directory's name: a package that was built again under its version is another. */
const DIGEST_DIGITS = 12;

/** Service packages and overlays below the agent's data directory. They are small: what is done with them is done at once. */
export function createPackages(options: {
  readonly data: string;
  readonly builtInServices: string;
  readonly unpack: Unpack;
}) {
  const overlays = join(options.data, "overlays");
  const services = join(options.data, "services");
  const directoryOf = (service: string, { version, sha256 }: DesiredTarget) =>
    join(services, service, `${version}-${sha256.slice(0, DIGEST_DIGITS)}`);

  async function unpack(service: string, target: DesiredTarget, file: string): Promise<Result<void, CodedError>> {
    const directory = directoryOf(service, target);
    const fresh = join(dirname(directory), `.${basename(directory)}.new`);
    return await onDisk(directory, async () => {
      mkdirSync(dirname(directory), { recursive: true });
      rmSync(fresh, { recursive: true, force: true });
      const unpacked = await options.unpack(file, fresh);
      if (!unpacked.ok) return unpacked;
      const manifestFile = join(fresh, "package.json");
      const manifest = existsSync(manifestFile) ? readFileSync(manifestFile, "utf8") : "";
      const parsed = servicePackageSchema.safeParse(parseJson(manifest));
      const wrong = parsed.success
        ? parsed.data.service !== service || parsed.data.version !== target.version
          ? `it says ${parsed.data.service} ${parsed.data.version}, not ${service} ${target.version}`
          : undefined
        : `package.json: ${parsed.error.issues[0]?.path.join(".")} ${parsed.error.issues[0]?.message}`;
      if (wrong !== undefined) {
        rmSync(fresh, { recursive: true, force: true });
        return err(coded("software.package-invalid", wrong));
      }
      rmSync(directory, { recursive: true, force: true });
      renameSync(fresh, directory);
      return ok();
    });
  }

  /** A new directory with the built-in services and, over them, these packages. Nothing refers to it before it is whole. */
  function compose(packages: Readonly<Record<string, Package>>): Promise<Result<string, CodedError>> {
    const directory = join(overlays, randomUUID());
    const fresh = `${directory}.new`;
    return onDisk(directory, () => {
      mkdirSync(overlays, { recursive: true });
      cpSync(options.builtInServices, fresh, { recursive: true });
      for (const [service, { directory: from }] of Object.entries(packages)) {
        rmSync(join(fresh, service), { recursive: true, force: true });
        cpSync(from, join(fresh, service), { recursive: true });
      }
      renameSync(fresh, directory);
      return ok(directory);
    });
  }

  /** Removes every overlay but `used`, which the runtime has taken, and every unpacked package but those to `keep`. */
  function tidy(used: string, keep: ReadonlySet<string>): void {
    const unpacked = below(services).flatMap(below).flatMap(below);
    const old = [...below(overlays).filter((path) => path !== used), ...unpacked.filter((path) => !keep.has(path))];
    for (const path of old) rmSync(path, { recursive: true, force: true });
  }

  return { directoryOf, unpack, compose, tidy };
}
export type Packages = ReturnType<typeof createPackages>;

function below(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [];
}

/** What the disk refuses is an expected failure; anything else is thrown. */
async function onDisk<T>(
  path: string,
  work: () => Result<T, CodedError> | Promise<Result<T, CodedError>>,
): Promise<Result<T, CodedError>> {
  try {
    return await work();
  } catch (problem) {
    if (!(problem instanceof Error && "code" in problem)) throw problem;
    return err(coded("software.disk", `${path}: ${problem.message}`));
  }
}

import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { MAX_PACKAGE_CHARACTERS, type PackageManifest } from "../../base/contracts/service-package.ts";
import { writeDurably } from "../../base/node/durable-file.ts";
import { type OpenedPackage, openPackage } from "../../base/node/service-package.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { compareVersions } from "../../base/versions.ts";
import { compileService } from "../compiler/compile.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import { whereInWords } from "../compiler/source.ts";
import { isStepKind } from "../steps/library.ts";
import { LONGEST } from "./load-services.ts";
import { sourceOf } from "./package-source.ts";

export type PackageStoreOptions = {
  /** Holds one file for each installed service, and what was found out about it. */
  readonly directory: string;
  /** Public keys of the authors that this kiosk trusts, hex. */
  readonly authors: readonly string[];
  /** Release of the kiosk's software. What one release proved another proves again. */
  readonly release: string;
  /** Says whether the definition in a package holds what every service must hold. */
  readonly prove: (opened: OpenedPackage) => Promise<Result<void, CodedError>>;
  /** Puts a whole file in place, or leaves the old one. */
  readonly write?: (file: string, content: string) => Promise<void>;
};

/** A service that came as a package. */
export type InstalledService = { readonly service: CompiledService; readonly version: string };

/** What lies in the store. */
export type Installed = {
  readonly ready: readonly InstalledService[];
  /** Good packages that this release has not proved yet. */
  readonly unproved: readonly OpenedPackage[];
  readonly refused: readonly { readonly file: string; readonly error: CodedError }[];
};

const SUFFIX = ".service.json";

/**
 * Service packages in a kiosk's data directory. One file stands for one service and is replaced as a whole; the verdict lies beside
 * it under the package's hash. So whatever moment the power goes in, the old service is there or the new one.
 */
export class PackageStore {
  readonly #options: PackageStoreOptions;

  constructor(options: PackageStoreOptions) {
    this.#options = options;
  }

  /** Everything that is installed. Nothing is proved here: that takes longer than a start may. */
  async read(): Promise<Installed> {
    const ready: InstalledService[] = [];
    const unproved: OpenedPackage[] = [];
    const refused: { file: string; error: CodedError }[] = [];
    for (const name of await this.#names()) {
      const opened = await this.#open(join(this.#options.directory, name), name);
      if (!opened.ok) {
        refused.push({ file: name, error: opened.error });
        continue;
      }
      if (!(await this.#isProved(opened.value))) {
        unproved.push(opened.value);
        continue;
      }
      const service = compiled(opened.value);
      if (service.ok) ready.push(service.value);
      else refused.push({ file: name, error: service.error });
    }
    return { ready, unproved, refused };
  }

  /**
   * Verifies, proves and stores a package. What is refused leaves the store as it was.
   *
   * @param file wherever the package lies now.
   */
  async install(file: string): Promise<Result<InstalledService, CodedError>> {
    const opened = await this.#open(file);
    if (!opened.ok) return opened;
    const { manifest } = opened.value;
    const older = await this.#isOlder(opened.value);
    if (!older.ok) return older;
    const service = await this.prove(opened.value);
    if (!service.ok) return service;
    try {
      await this.#write(nameOf(manifest), await readFile(file, "utf8"));
      await this.#tidy();
    } catch (problem) {
      return err(storageError(problem));
    }
    return service;
  }

  /** Proves a package and keeps the verdict for the next start. */
  async prove(opened: OpenedPackage): Promise<Result<InstalledService, CodedError>> {
    const proved = (await this.#isProved(opened)) ? ok() : await this.#options.prove(opened);
    if (!proved.ok) return proved;
    const service = compiled(opened);
    if (!service.ok) return service;
    try {
      await this.#write(this.#verdictOf(opened), "proved\n");
    } catch (problem) {
      return err(storageError(problem));
    }
    return service;
  }

  /** @param stored the name that the file must have, of one that lies in the store. */
  async #open(file: string, stored?: string): Promise<Result<OpenedPackage, CodedError>> {
    const { authors, release } = this.#options;
    const opened = await readPackage(file);
    if (!opened.ok) return opened;
    const { manifest, signature, files } = opened.value;
    if (!authors.includes(signature.key)) return err(coded("service.package-untrusted", signature.key));
    if (stored !== undefined && stored !== nameOf(manifest))
      return err(coded("service.package-damaged", `it is ${manifest.service}, its name is ${stored}`));
    if (compareVersions(manifest.needsRelease, release) > 0)
      return err(coded("service.package-too-new", `needs ${manifest.needsRelease}, this is ${release}`));
    const unknown = manifest.steps.find((kind) => !isStepKind(kind));
    if (unknown !== undefined) return err(coded("service.package-too-new", `this release has no step "${unknown}"`));
    const long = Object.entries(files).find(([, text]) => Buffer.byteLength(text) > LONGEST);
    if (long !== undefined) return err(coded("service.package-damaged", `${long[0]} has more than ${LONGEST} bytes`));
    return opened;
  }

  async #isOlder({ manifest, sha256 }: OpenedPackage): Promise<Result<void, CodedError>> {
    const { service, version } = manifest;
    const there = await readPackage(join(this.#options.directory, nameOf(manifest)));
    // A damaged one stands in nobody's way; it is not offered either.
    if (!there.ok) return ok();
    const order = compareVersions(version, there.value.manifest.version);
    if (order > 0 || (order === 0 && sha256 === there.value.sha256)) return ok();
    return err(
      coded(
        "service.package-older",
        order === 0
          ? `${service} ${version} is there with other content`
          : `${service} ${version}, ${there.value.manifest.version} is installed`,
      ),
    );
  }

  async #names(): Promise<string[]> {
    const names = await readdir(this.#options.directory).catch(() => []);
    return names.filter((name) => name.endsWith(SUFFIX)).sort();
  }

  async #isProved(opened: OpenedPackage): Promise<boolean> {
    return await readFile(join(this.#options.directory, this.#verdictOf(opened)), "utf8").then(
      (text) => text === "proved\n",
      () => false,
    );
  }

  #verdictOf({ sha256 }: OpenedPackage): string {
    return `${sha256}-${this.#options.release}.verdict`;
  }

  async #write(name: string, content: string): Promise<void> {
    const { directory, write = writeDurably } = this.#options;
    await mkdir(directory, { recursive: true });
    await write(join(directory, name), content);
  }

  /** Verdicts on what is installed no more go. */
  async #tidy(): Promise<void> {
    const { directory } = this.#options;
    const kept = new Set<string>();
    for (const name of await this.#names()) {
      const opened = await readPackage(join(directory, name));
      if (opened.ok) kept.add(this.#verdictOf(opened.value));
    }
    const old = (await readdir(directory)).filter((name) => name.endsWith(".verdict") && !kept.has(name));
    for (const name of old) await rm(join(directory, name), { force: true });
  }
}

/** Reads a package from a file and checks its form, its hashes and its signature. */
export async function readPackage(file: string): Promise<Result<OpenedPackage, CodedError>> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (problem) {
    return err(storageError(problem));
  }
  if (bytes.length > 4 * MAX_PACKAGE_CHARACTERS) return err(coded("service.package-damaged", "it is too long"));
  try {
    return openPackage(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem;
    return err(coded("service.package-damaged", "it is no UTF-8 text"));
  }
}

/** The name in the store: one for each service, so that a new version takes the place of the old one. */
function nameOf({ service }: PackageManifest): string {
  return `${service.replace("/", ".")}${SUFFIX}`;
}

function compiled({ files, manifest }: OpenedPackage): Result<InstalledService, CodedError> {
  const service = compileService(sourceOf(files));
  if (!service.ok) {
    const [mistake] = service.error;
    const words = mistake === undefined ? "" : `${whereInWords(mistake)} ${mistake.problem}`;
    return err(coded("service.package-unproved", words));
  }
  const { id, definition } = service.value;
  if (id !== manifest.service || definition.version !== manifest.version)
    return err(coded("service.package-damaged", `service.yaml is of ${id} ${definition.version}`));
  return ok({ service: service.value, version: manifest.version });
}

function storageError(problem: unknown): CodedError {
  if (!(problem instanceof Error && "code" in problem)) throw problem;
  return coded("service.package-storage", problem.message);
}

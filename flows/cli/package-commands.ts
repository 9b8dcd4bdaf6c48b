import { readFileSync } from "node:fs";
import { request } from "node:http";
import { findPackageJSON } from "node:module";
import { join, resolve } from "node:path";
import { controlFailureSchema, packageRequestSchema } from "../../base/contracts/runtime-control.ts";
import { parseJson } from "../../base/json.ts";
import { publicKeyOf } from "../../base/node/service-package.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import { ERRORS } from "../../base/registry/errors.ts";
import { told } from "../../base/told.ts";
import { proveDefinition } from "../checker/prove.ts";
import { readSource, serviceFolders, shownPath } from "../node/load-services.ts";
import { PackageStore, readPackage } from "../node/package-store.ts";
import { provePackage } from "../node/prove-package.ts";
import { BAD_USAGE, noService, type Output } from "./output.ts";
import { makeAuthorKey, packageInWords, packService, readKeyFile, usualKeyFile } from "./pack.ts";
import { printReports } from "./report.ts";

/** How long a kiosk may take to prove a package, milliseconds. */
const INSTALL_WITHIN = 330_000;

/** Packs every service at or below `path`, if it is proved. */
export async function pack(path: string, options: { key?: string; out?: string }, output: Output): Promise<number> {
  const folders = await serviceFolders(path).catch(() => []);
  if (folders.length === 0) return output.fail(noService(path), BAD_USAGE);
  const key = await readKeyFile(options.key ?? usualKeyFile());
  if (!key.ok) return output.fail(key.error, BAD_USAGE);
  let status = 0;
  for (const folder of folders) {
    const source = await readSource(folder);
    const proof = proveDefinition(source, output.language);
    const { table, mistakes, holds } = printReports([{ folder: shownPath(folder), proof }], output.language);
    if (!proof.ok || !holds) {
      output.err(`${table}${mistakes}\n`);
      status = output.fail(
        told(
          `${folder} is not packed: mend what is told above, and pack it again.`,
          `No se hizo el paquete de ${folder}: corrija lo que se dice arriba, y hágalo de nuevo.`,
        ),
        1,
      );
      continue;
    }
    const into = options.out ?? process.cwd();
    const packed = await packService(source, proof.value, { key: key.value, into, release: thisRelease() });
    if (packed.ok) output.say(shownPath(packed.value));
    else status = output.fail(packed.error, 1);
  }
  return status;
}

const SIGNATURE = {
  other: told(
    "signature          holds, but by another key than the one given",
    "firma              está bien, pero es de otra llave que la indicada",
  ),
  unknown: told(
    "signature          holds; whether to trust the key is yours to say",
    "firma              está bien; si la llave es de confianza lo decide usted",
  ),
  given: told("signature          holds, by the key given", "firma              está bien, y es de la llave indicada"),
};

/** Says what a package is, and whether its signature, hashes and proofs hold. */
export async function verify(file: string, options: { author?: string }, output: Output): Promise<number> {
  const opened = await readPackage(file);
  if (!opened.ok) return refused(opened.error, output);
  output.out(packageInWords(opened.value, output.language));
  output.say(
    told(
      "hashes             hold: every file is the one that was signed",
      "archivos           están bien: cada uno es el que se firmó",
    ),
  );
  const { key } = opened.value.signature;
  const trusted = options.author === undefined || options.author === key;
  output.say(SIGNATURE[!trusted ? "other" : options.author === undefined ? "unknown" : "given"]);
  const proved = provePackage(opened.value);
  output.say(
    proved.ok
      ? told(
          `proofs             hold, proved again by ${thisRelease()}`,
          `revisión           está bien, revisado de nuevo por ${thisRelease()}`,
        )
      : told("proofs             DO NOT HOLD", "revisión           NO ESTÁ BIEN"),
  );
  if (!proved.ok) return refused(proved.error, output);
  return trusted ? 0 : 1;
}

/** `keys new` makes an author's key, `keys show` says its public part. */
export async function keys(
  command: string | undefined,
  given: string | undefined,
  output: Output,
): Promise<number | undefined> {
  const file = given ?? usualKeyFile();
  if (command === "new") {
    const made = await makeAuthorKey(file);
    if (!made.ok) return output.fail(made.error, 1);
    output.say(
      told(
        `${file}: your key. Keep it to yourself, and keep a copy where it cannot be lost.`,
        `${file}: su llave. No la comparta con nadie, y guarde una copia donde no se pierda.`,
      ),
    );
    return showKey(made.value, output);
  }
  if (command !== "show") return undefined;
  const key = await readKeyFile(file);
  return key.ok ? showKey(publicKeyOf(key.value), output) : output.fail(key.error, BAD_USAGE);
}

function showKey(key: string, output: Output): number {
  output.say(`${key}`);
  output.say(
    told(
      "The line above is its public part: kiosks whose configuration names it among `authors` take your packages.",
      "La línea de arriba es su parte pública: los tótems que la nombran en `authors` de su configuración aceptan sus paquetes.",
    ),
  );
  return 0;
}

/** Puts a package into a kiosk's data directory, or has a kiosk that runs take it. */
export async function install(
  file: string,
  options: { data?: string; socket?: string; author?: string },
  output: Output,
): Promise<number | undefined> {
  if (options.socket !== undefined) return await installThrough(options.socket, resolve(file), output);
  if (options.data === undefined) return undefined;
  const opened = await readPackage(file);
  if (!opened.ok) return refused(opened.error, output);
  const author = options.author ?? opened.value.signature.key;
  const store = new PackageStore({
    directory: join(options.data, "services"),
    authors: [author],
    release: thisRelease(),
    prove: async (one) => provePackage(one),
  });
  const installed = await store.install(file);
  if (!installed.ok) return refused(installed.error, output);
  const { service, version } = installed.value;
  output.say(
    told(
      `${service.id} ${version} is installed. The kiosk offers it from its next start on,\nif its configuration trusts the author: authors: ["${author}"]`,
      `${service.id} ${version} está instalado. El tótem lo ofrece desde que parta de nuevo,\nsi su configuración confía en el autor: authors: ["${author}"]`,
    ),
  );
  return 0;
}

async function installThrough(socket: string, file: string, output: Output): Promise<number> {
  const body = JSON.stringify(packageRequestSchema.parse({ file }));
  const { promise, resolve: done } = Promise.withResolvers<number>();
  const asked = request(
    {
      ...{ socketPath: socket, path: "/v1/packages", method: "POST", signal: AbortSignal.timeout(INSTALL_WITHIN) },
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
    },
    async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      if (response.statusCode === 200) {
        output.say(
          told(
            "The kiosk has installed it, and offers it from the next citizen on.",
            "El tótem lo instaló, y lo ofrece desde la próxima persona.",
          ),
        );
        return done(0);
      }
      const failure = controlFailureSchema.safeParse(parseJson(text));
      done(output.fail(failure.success ? `${failure.data.code}: ${failure.data.message}` : text, 1));
    },
  );
  asked.on("error", (problem) =>
    done(
      output.fail(
        told(
          `The kiosk's socket ${socket} does not answer: ${problem.message}`,
          `El tótem no contesta en ${socket}: ${problem.message}`,
        ),
        1,
      ),
    ),
  );
  asked.end(body);
  return promise;
}

function refused({ code, message }: CodedError, output: Output): number {
  return output.fail(`${code}: ${message}\n  ${ERRORS[code].action}`, 1);
}

/** Release of this software. */
function thisRelease(): string {
  const manifest = findPackageJSON(import.meta.url);
  if (manifest === undefined) throw new Error("no package.json above the program");
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}

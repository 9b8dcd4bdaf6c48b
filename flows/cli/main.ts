import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { proveDefinition } from "../checker/prove.ts";
import { readSource, SERVICES_DIRECTORY, serviceFolders } from "../node/load-services.ts";
import { diagram } from "./diagram.ts";
import { newService } from "./new-service.ts";
import { type DefinitionReport, printReports } from "./report.ts";

const USAGE = `npm run services -- <command>

  check [path]            proves every service definition at or below path (flows/services when absent): that it ends, can be
                          left, waits for nothing for ever, loses no money, asks for nothing twice or without consent, can be
                          read, and names its devices. Prints the table of proofs; of what does not hold file, line and the
                          shortest way to the fault.
  new <institution>/<service> [folder]
                          lays down a small service that proves as it stands, below folder (flows/services when absent)
  diagram [path]          writes flow.svg into the folder of every service at or below path: its steps, ways, and what was
                          proved of them

  Exit status: 0 all well, 1 something is refused, 64 bad usage.`;

const BAD_USAGE = 64;
/** By which editors complete \`service.yaml\`; made by \`npm run docs\`. */
const SCHEMA = fileURLToPath(new URL("../../docs/service-definition.generated.json", import.meta.url));

process.exitCode = await main(process.argv.slice(2));

async function main([command, ...rest]: readonly string[]): Promise<number> {
  if (command === "check" && rest.length <= 1) return await check(rest[0] ?? SERVICES_DIRECTORY);
  if (command === "diagram" && rest.length <= 1) return await draw(rest[0] ?? SERVICES_DIRECTORY);
  if (command === "new" && rest.length >= 1 && rest.length <= 2)
    return begin(rest[0] ?? "", rest[1] ?? SERVICES_DIRECTORY);
  return fail(USAGE, BAD_USAGE);
}

async function check(path: string): Promise<number> {
  const reports = await proved(path);
  if (reports.length === 0) return fail(`There is no service.yaml at or below ${path}.`, BAD_USAGE);
  const { table, mistakes, holds } = printReports(reports);
  process.stdout.write(table);
  process.stderr.write(mistakes);
  return holds ? 0 : 1;
}

async function draw(path: string): Promise<number> {
  const reports = await proved(path);
  if (reports.length === 0) return fail(`There is no service.yaml at or below ${path}.`, BAD_USAGE);
  for (const { folder, proof } of reports) {
    if (!proof.ok) continue;
    const file = join(folder, "flow.svg");
    writeFileSync(file, diagram(proof.value));
    process.stdout.write(`${file}\n`);
  }
  const unread = reports.filter(({ proof }) => !proof.ok);
  return unread.length === 0 ? 0 : fail(printReports(unread).mistakes.trim(), 1);
}

function begin(id: string, root: string): number {
  const made = newService(id, root, SCHEMA);
  if (!made.ok) return fail(made.error, BAD_USAGE);
  const folder = relative(process.cwd(), made.value) || made.value;
  process.stdout.write(
    `${folder}\nNow write its steps and texts, and prove them: npm run services -- check ${folder}\n`,
  );
  return 0;
}

async function proved(path: string): Promise<DefinitionReport[]> {
  const folders = await serviceFolders(path).catch(() => []);
  return await Promise.all(
    folders.map(async (folder) => ({
      folder: relative(process.cwd(), folder),
      proof: proveDefinition(await readSource(folder)),
    })),
  );
}

function fail(message: string, status: number): number {
  process.stderr.write(`${message}\n`);
  return status;
}

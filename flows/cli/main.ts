import { relative } from "node:path";
import { proveDefinition } from "../checker/prove.ts";
import { readSource, SERVICES_DIRECTORY, serviceFolders } from "../node/load-services.ts";
import { type DefinitionReport, printReports } from "./report.ts";

const USAGE = `npm run services -- check [path]

  check   proves every service definition at or below path (flows/services when absent): that it ends, can be left, waits
          for nothing for ever, loses no money, asks for nothing twice or without consent, can be read, and names its
          devices. Prints the table of proofs; of what does not hold file, line and the shortest way to the fault.
          Exit status: 0 all proved, 1 something is refused, 64 bad usage.`;

process.exitCode = await main(process.argv.slice(2));

async function main([command, path, ...rest]: readonly string[]): Promise<number> {
  if (command !== "check" || rest.length > 0) {
    process.stderr.write(`${USAGE}\n`);
    return 64;
  }
  const directory = path ?? SERVICES_DIRECTORY;
  const folders = await serviceFolders(directory).catch(() => []);
  if (folders.length === 0) {
    process.stderr.write(`There is no service.yaml at or below ${directory}.\n`);
    return 64;
  }
  const reports: DefinitionReport[] = [];
  for (const folder of folders)
    reports.push({ folder: relative(process.cwd(), folder), proof: proveDefinition(await readSource(folder)) });
  const { table, mistakes, holds } = printReports(reports);
  process.stdout.write(table);
  process.stderr.write(mistakes);
  return holds ? 0 : 1;
}

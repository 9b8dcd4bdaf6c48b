import { relative } from "node:path";
import { compileService } from "../compiler/compile.ts";
import type { DefinitionError } from "../compiler/source.ts";
import { readSource, SERVICES_DIRECTORY, serviceFolders } from "../node/load-services.ts";

const USAGE = `npm run services -- check [path]

  check   compiles every service definition at or below path (flows/services when absent) and says what is wrong,
          with file and line. Exit status: 0 all good, 1 mistakes found, 64 bad usage.`;

process.exitCode = await main(process.argv.slice(2));

async function main([command, path, ...rest]: readonly string[]): Promise<number> {
  if (command !== "check" || rest.length > 0) {
    console.error(USAGE);
    return 64;
  }
  const directory = path ?? SERVICES_DIRECTORY;
  const folders = await serviceFolders(directory).catch(() => []);
  if (folders.length === 0) {
    console.error(`There is no service.yaml at or below ${directory}.`);
    return 64;
  }
  const errors: DefinitionError[] = [];
  for (const folder of folders) {
    const compiled = compileService(await readSource(folder));
    const place = relative(process.cwd(), folder);
    if (compiled.ok) {
      const { id, definition, requires } = compiled.value;
      console.log(`ok     ${id.padEnd(32)} ${definition.steps.length} steps, needs ${[...requires].join(", ")}`);
    } else {
      console.log(`wrong  ${place.padEnd(32)} ${compiled.error.length} mistakes`);
      errors.push(...compiled.error);
    }
  }
  for (const { file, line, path: at, problem, remedy } of errors)
    console.error(`\n${file}:${line}${at === "" ? "" : ` (${at})`}\n  ${problem}\n  ${remedy}`);
  return errors.length === 0 ? 0 : 1;
}

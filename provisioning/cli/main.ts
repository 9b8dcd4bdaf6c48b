import { join } from "node:path";
import { buildPackages } from "../packages/build.ts";

const project = join(import.meta.dirname, "..", "..");
const say = (line: string) => void process.stdout.write(`${line}\n`);
const [command] = process.argv.slice(2);
if (command === "packages") {
  const built = await buildPackages({ project, say });
  if (!built.ok) {
    process.stderr.write(`${built.error.code}: ${built.error.message}\n`);
    process.exitCode = 1;
  }
}

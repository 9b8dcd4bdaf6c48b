import { join } from "node:path";
import { TECHNICIAN, technician } from "./technician.ts";

const project = join(import.meta.dirname, "..", "..");
const say = (line: string) => void process.stdout.write(`${line}\n`);
const [command = "", ...rest] = process.argv.slice(2);
const technicians = TECHNICIAN[command];
if (technicians !== undefined) process.exitCode = await technician(command, technicians, rest);
else if (command === "packages") {
  const { buildPackages } = await import("../packages/build.ts");
  const built = await buildPackages({ project, say });
  if (!built.ok) {
    process.stderr.write(`${built.error.code}: ${built.error.message}\n`);
    process.exitCode = 1;
  }
}

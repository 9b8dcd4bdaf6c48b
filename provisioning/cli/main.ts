import { join } from "node:path";
import { generalHelp } from "./help.ts";
import { TECHNICIAN, technician } from "./technician.ts";

const EXIT_USAGE = 64;
const project = join(import.meta.dirname, "..", "..");
const say = (line: string) => void process.stdout.write(`${line}\n`);
const [command = "help", ...rest] = process.argv.slice(2);
const technicians = Object.hasOwn(TECHNICIAN, command) ? TECHNICIAN[command] : undefined;
if (technicians !== undefined) {
  const status = await technician(command, technicians, rest);
  // The channel to the parent would keep the process; not before all that was written has left it.
  process.stdout.write("", () => process.exit(status));
} else if (command === "packages") {
  const { buildPackages } = await import("../packages/build.ts");
  const built = await buildPackages({ project, say });
  if (!built.ok) {
    process.stderr.write(`${built.error.code}: ${built.error.message}\n`);
    process.exitCode = 1;
  }
} else {
  const asked = ["help", "--help", "-h"].includes(command);
  const help = generalHelp(process.env.LANG);
  if (asked) say(help);
  else {
    process.stderr.write(`There is no command "${command}".\n\n${help}\n`);
    process.exitCode = EXIT_USAGE;
  }
}

import { generalHelp } from "./help.ts";
import { MACHINE_COMMANDS, machineCommand } from "./machine.ts";
import { TECHNICIAN, technician } from "./technician.ts";

const EXIT_USAGE = 64;
const [command = "help", ...rest] = process.argv.slice(2);
const status = await run();
// The channel to the parent would keep the process; not before all that was written has left it.
process.stdout.write("", () => process.exit(status));

async function run(): Promise<number> {
  const technicians = Object.hasOwn(TECHNICIAN, command) ? TECHNICIAN[command] : undefined;
  if (technicians !== undefined) return await technician(command, technicians, rest);
  const machine = MACHINE_COMMANDS.find((each) => each === command);
  if (machine !== undefined) return await machineCommand(machine, rest);
  const help = generalHelp(process.env.LANG);
  if (["help", "--help", "-h"].includes(command)) {
    process.stdout.write(`${help}\n`);
    return 0;
  }
  process.stderr.write(`There is no command "${command}".\n\n${help}\n`);
  return EXIT_USAGE;
}

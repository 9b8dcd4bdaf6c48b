import { generalHelp } from "./help.ts";
import { MACHINE_COMMANDS, machineCommand } from "./machine.ts";
import { TECHNICIAN, technician } from "./technician.ts";

const EXIT_USAGE = 64;
const [command = "help", ...rest] = process.argv.slice(2);
const technicians = Object.hasOwn(TECHNICIAN, command) ? TECHNICIAN[command] : undefined;
const machine = MACHINE_COMMANDS.find((each) => each === command);
if (technicians !== undefined) process.exitCode = await technician(command, technicians, rest);
else if (machine !== undefined) process.exitCode = await machineCommand(machine, rest);
else {
  const asked = ["help", "--help", "-h"].includes(command);
  const help = generalHelp(process.env.LANG);
  if (asked) process.stdout.write(`${help}\n`);
  else {
    process.stderr.write(`There is no command "${command}".\n\n${help}\n`);
    process.exitCode = EXIT_USAGE;
  }
}

import { runServices } from "./commands.ts";
import { Output } from "./output.ts";

process.exitCode = await runServices(
  process.argv.slice(2),
  new Output(
    (text) => process.stdout.write(text),
    (text) => process.stderr.write(text),
  ),
  process.env.LANG,
);

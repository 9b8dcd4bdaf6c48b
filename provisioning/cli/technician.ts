import { parseArgs } from "node:util";
import { onStop } from "../../base/node/stop.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { Root } from "../devices/root.ts";
import { run } from "../process.ts";
import { findPrograms } from "../programs.ts";
import { actionOf, meaningOf } from "../spanish.ts";
import { type Language, languageOf, type Text } from "../text.ts";
import { checkCommand } from "./check-command.ts";
import { COMMON_OPTIONS, type Command, type Context, Files, type Values } from "./context.ts";
import { devicesCommand } from "./devices-command.ts";
import { enrolCommand } from "./enrol-command.ts";
import { reportCommand } from "./report-command.ts";
import { wizardCommand } from "./wizard-command.ts";

export const TECHNICIAN: Readonly<Record<string, Command>> = {
  enrol: enrolCommand,
  devices: devicesCommand,
  check: checkCommand,
  report: reportCommand,
  wizard: wizardCommand,
};

const EXIT_FAILED = 1;
const EXIT_USAGE = 64;
const RUN_WITHIN = 15_000;

/** Runs one command of the technician. @returns the exit status: 0 done, 1 failed or not ready, 64 bad usage. */
export async function technician(name: string, command: Command, args: readonly string[]): Promise<number> {
  const write = (text: string) => void process.stdout.write(text);
  const complain = (text: string) => void process.stderr.write(text);
  let given: { values: Values; positionals: string[] };
  try {
    given = parseArgs({ args: [...args], options: { ...COMMON_OPTIONS, ...command.options }, allowPositionals: true });
  } catch (error) {
    complain(
      `${error instanceof Error ? error.message : error}\n\n${commandHelp(name, command, languageOf(process.env.LANG))}\n`,
    );
    return EXIT_USAGE;
  }
  const { values, positionals } = given;
  const language: Language =
    values.language === "es" || values.language === "en" ? values.language : languageOf(process.env.LANG);
  if (values.help === true) {
    write(`${commandHelp(name, command, language)}\n`);
    return 0;
  }
  const stop = new AbortController();
  onStop(() => stop.abort());
  const root = new Root(typeof values.root === "string" ? values.root : "/");
  const json = values.json === true;
  const context: Context = {
    ...{ positionals, values, root, json, language, files: new Files(root, values), programs: findPrograms() },
    run: (line) => run(line, { within: RUN_WITHIN, signal: stop.signal }),
    ...{ clock: systemClock, signal: stop.signal },
    say: (line) => (json ? undefined : write(`${typeof line === "string" ? line : line[language]}\n`)),
    give: (value) => (json ? write(`${JSON.stringify(value, null, 2)}\n`) : undefined),
  };
  const ended = await command.run(context);
  if (ended.ok) return ended.value;
  const { error } = ended;
  complain(`${meaningOf(error)[language]}\n  ${actionOf(error.code)[language]}\n  [${error.code}]\n`);
  if (json) write(`${JSON.stringify({ error })}\n`);
  return error.code === coded("common.bad-input").code ? EXIT_USAGE : EXIT_FAILED;
}

const FILE_OPTIONS: readonly Text[] = [
  {
    es: "--json                 un documento JSON en vez de texto",
    en: "--json                 one JSON document instead of text",
  },
  { es: "--language es|en       idioma de lo que se dice", en: "--language es|en       language of what is said" },
  {
    es: "--kiosk-file FILE      en vez de /etc/ventanilla/kiosk.yaml",
    en: "--kiosk-file FILE      instead of /etc/ventanilla/kiosk.yaml",
  },
  {
    es: "--agent-file FILE      en vez de /etc/ventanilla/agent.yaml",
    en: "--agent-file FILE      instead of /etc/ventanilla/agent.yaml",
  },
];

function commandHelp(name: string, { summary, usage }: Command, language: Language): string {
  return [
    `npm run provision -- ${name}   ${summary[language]}`,
    "",
    ...[...usage, ...FILE_OPTIONS].map((line) => `  ${line[language]}`),
  ].join("\n");
}

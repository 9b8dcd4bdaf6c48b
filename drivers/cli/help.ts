import { COMMON_OPTIONS, commonOptions } from "./arguments.ts";
import type { CliKind, CliOption } from "./kind.ts";

const EXIT = "Exit status: 0 ok, 1 error, 2 unknown (ask the device before anything else), 64 bad usage.";

export function generalHelp(kinds: readonly string[]): string {
  return [
    "One device from the command line.",
    "",
    "  npm run driver -- <kind> <command> --port <port> [options]",
    "  npm run driver -- <kind> --help",
    "  npm run driver -- replay <trace file>   runs a recorded command on the recorded device",
    "",
    `Kinds: ${kinds.join(", ")}`,
    "",
    "Commands of every kind, besides its own:",
    "  status       what the device says of itself, once",
    "  watch        each change of it, until Ctrl-C or --timeout",
    "  reset        a new line, the model's own reset, and whether it is well afterwards",
    "  bench-check  assembly check, a verdict a line",
    "",
    "Options of every command:",
    ...describe(COMMON_OPTIONS),
    "",
    EXIT,
  ].join("\n");
}

export function kindHelp(kind: CliKind): string {
  const commands = Object.entries(kind.commands);
  const width = Math.max(...commands.map(([name]) => name.length));
  return [
    `npm run driver -- ${kind.kind} <command> ${portOf(kind)} [options]`,
    "",
    "Commands:",
    ...commands.map(([name, command]) => `  ${name.padEnd(width)}  ${command.summary}`),
    "",
    `Port: ${commonOptions(kind).port?.meaning}`,
    `Models: ${kind.models.map((model) => `${model}${remark(kind, model)}`).join(", ")}`,
    "",
    `npm run driver -- ${kind.kind} <command> --help tells a command's options.`,
  ].join("\n");
}

/** @param name a command that the kind has. */
export function commandHelp(kind: CliKind, name: string): string {
  const command = kind.commands[name];
  return [
    `npm run driver -- ${kind.kind} ${name} ${portOf(kind)} [options]`,
    "",
    command?.summary ?? "",
    "",
    "Options:",
    ...describe({ ...command?.options, ...commonOptions(kind) }),
    "",
    EXIT,
  ].join("\n");
}

function portOf({ defaultPort }: CliKind): string {
  return defaultPort === undefined ? "--port <port>" : "[--port <port>]";
}

function describe(options: { readonly [name: string]: CliOption }): string[] {
  const left = Object.entries(options).map(
    ([name, option]) => `--${name}${option.flag ? "" : ` <${placeholder(option)}>`}`,
  );
  const width = Math.max(...left.map((text) => text.length));
  return Object.values(options).map((option, index) => {
    const choices = option.choices === undefined ? "" : ` (${option.choices.join(", ")})`;
    return `  ${(left[index] ?? "").padEnd(width)}  ${option.meaning}${choices}${option.required ? " (required)" : ""}`;
  });
}

function placeholder(option: CliOption): string {
  return option.number === undefined ? "value" : "number";
}

function remark({ defaultModel, elsewhere }: CliKind, model: string): string {
  const remarks = [...(model === defaultModel ? ["default"] : []), elsewhere?.[model] ?? []].flat();
  return remarks.length === 0 ? "" : ` (${remarks.join(", ")})`;
}

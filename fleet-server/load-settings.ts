import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { type CodedError, coded } from "../base/registry/coded-error.ts";
import { err, ok, type Result } from "../base/result.ts";
import { type Settings, settingsSchema } from "./settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type ConfigError = CodedError<"fleet-server.config">;

/**
 * The settings from the file that `--config FILE` or `VENTANILLA_FLEET_CONFIG` names (JSON or YAML), with `DATABASE_URL`,
 * `VENTANILLA_FLEET_PORT` (console) and `VENTANILLA_FLEET_DEVICE_PORT` in place of what the file says. Paths come back
 * absolute. An error names the file and the field.
 */
export function loadSettings(argv: readonly string[], environment: Environment): Result<Settings, ConfigError> {
  const file = fileOf(argv, environment);
  if (!file.ok) return file;
  const path = resolve(file.value);
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8"));
  } catch (problem) {
    return fail(`${path}: ${problem instanceof Error ? problem.message : "unreadable"}`);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    return fail(`${path}: must hold an object`);
  const parsed = settingsSchema.safeParse(withEnvironment(content, environment));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "(root)"}: ${issue.message}`);
    return fail(`${path}: ${problems.join("; ")}`);
  }
  return ok(absolute(parsed.data, dirname(path)));
}

function fileOf(argv: readonly string[], environment: Environment): Result<string, ConfigError> {
  const [option, file, ...rest] = argv;
  if (option === undefined) {
    const named = environment.VENTANILLA_FLEET_CONFIG;
    return named === undefined ? fail("name a file with --config FILE or VENTANILLA_FLEET_CONFIG") : ok(named);
  }
  if (option !== "--config" || file === undefined || rest.length > 0)
    return fail(`the arguments are --config FILE, not ${argv.join(" ")}`);
  return ok(file);
}

function withEnvironment(content: object, environment: Environment): Record<string, unknown> {
  const settings: Record<string, unknown> = { ...content };
  for (const [section, variable] of [
    ["console", "VENTANILLA_FLEET_PORT"],
    ["devices", "VENTANILLA_FLEET_DEVICE_PORT"],
  ] as const) {
    const text = environment[variable];
    if (text === undefined) continue;
    const before = settings[section];
    const port = /^\d+$/.test(text) ? Number(text) : text;
    settings[section] = { ...(typeof before === "object" ? before : {}), port };
  }
  if (environment.DATABASE_URL) settings.database = environment.DATABASE_URL;
  return settings;
}

function absolute(settings: Settings, base: string): Settings {
  const { console, devices } = settings;
  const { bundle, ...consoleRest } = console;
  const { tls, ...devicesRest } = devices;
  return {
    ...settings,
    stateDirectory: resolve(base, settings.stateDirectory),
    repository: resolve(base, settings.repository),
    keys: resolve(base, settings.keys),
    ...(settings.addressFile === undefined ? {} : { addressFile: resolve(base, settings.addressFile) }),
    console: { ...consoleRest, ...(bundle === undefined ? {} : { bundle: resolve(base, bundle) }) },
    devices: {
      ...devicesRest,
      ...(tls === undefined
        ? {}
        : { tls: { certificate: resolve(base, tls.certificate), key: resolve(base, tls.key) } }),
    },
  };
}

function fail(detail: string): Result<never, ConfigError> {
  return err(coded("fleet-server.config", detail));
}

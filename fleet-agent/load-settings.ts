import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isMap, isNode, isPair, LineCounter, parseDocument } from "yaml";
import { type CodedError, coded } from "../base/registry/coded-error.ts";
import { err, ok, type Result } from "../base/result.ts";
import { type Settings, settingsSchema } from "./settings.ts";

export type SettingsError = CodedError<"agent.config-unreadable" | "agent.config-syntax" | "agent.config-invalid">;

/**
 * Reads the agent's configuration, YAML or JSON.
 *
 * @returns every mistake at once; each message names the file, the line, the field and what is wrong with it.
 */
export function loadSettings(file: string): Result<Settings, readonly SettingsError[]> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return err([coded("agent.config-unreadable", `${file}: ${error instanceof Error ? error.message : error}`)]);
  }
  return parseSettings(text, file);
}

/** The part of `loadSettings` that needs no file. `file` is for messages and for relative paths. */
export function parseSettings(text: string, file: string): Result<Settings, readonly SettingsError[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    return err(
      document.errors.map(({ pos, message }) =>
        coded("agent.config-syntax", `${file}:${lines.linePos(pos[0]).line}: ${message.split("\n")[0] ?? message}`),
      ),
    );
  }
  const parsed = settingsSchema.safeParse(document.toJS());
  if (parsed.success) return ok(withAbsolutePaths(parsed.data, dirname(resolve(file))));
  const findings = parsed.error.issues.flatMap(({ path, message, ...issue }) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ path: [...path, key], message: "is not a known key" }))
      : [{ path, message }],
  );
  return err(
    findings
      .map(({ path, message }) => ({ line: lineOf(path), message: `${path.join(".") || "(whole file)"}: ${message}` }))
      .sort((a, b) => a.line - b.line)
      .map(({ line, message }) => coded("agent.config-invalid", `${file}:${line}: ${message}`)),
  );

  /** The line of the field's name; for what is missing, of what lacks it. */
  function lineOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length > 0; length--) {
      const parent = length > 1 ? document.getIn(path.slice(0, length - 1), true) : document.contents;
      if (!isMap(parent)) continue;
      const pair = parent.items.find((item) => isPair(item) && String(item.key) === String(path[length - 1]));
      if (isNode(pair?.key) && pair.key.range) return lines.linePos(pair.key.range[0]).line;
    }
    return 1;
  }
}

function withAbsolutePaths(settings: Settings, base: string): Settings {
  const absolute = (path: string) => resolve(base, path);
  return {
    ...settings,
    ...(settings.serverCa === undefined ? {} : { serverCa: absolute(settings.serverCa) }),
    identity: absolute(settings.identity),
    ...(settings.credentials === undefined ? {} : { credentials: absolute(settings.credentials) }),
    data: absolute(settings.data),
    runtimeSocket: absolute(settings.runtimeSocket),
    guard: { requests: absolute(settings.guard.requests), state: absolute(settings.guard.state) },
    builtInServices: absolute(settings.builtInServices),
    logs: Object.fromEntries(Object.entries(settings.logs).map(([part, path]) => [part, absolute(path)])),
  };
}

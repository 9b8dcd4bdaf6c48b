import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isMap, isNode, isPair, LineCounter, parseDocument } from "yaml";
import { explain, type Finding } from "../../../base/explain-schema.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { readDeviceFiles } from "./device-files.ts";
import { type Config, configSchema } from "./schema.ts";

export type ConfigError = CodedError<"runtime.config-unreadable" | "runtime.config-syntax" | "runtime.config-invalid">;

/**
 * Reads the runtime's configuration, YAML or JSON.
 *
 * @returns every mistake at once; each message names the file, the line, the path, what is wrong and what is allowed.
 */
export function loadConfig(file: string): Result<Config, readonly ConfigError[]> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return err([coded("runtime.config-unreadable", `${file}: ${error instanceof Error ? error.message : error}`)]);
  }
  return parseConfig(text, file);
}

/** The part of `loadConfig` that needs no file. `file` is for messages and for relative paths. */
export function parseConfig(text: string, file: string): Result<Config, readonly ConfigError[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    return err(
      document.errors.map((error) => {
        const line = lines.linePos(error.pos[0]).line;
        return coded("runtime.config-syntax", `${file}:${line}: ${firstLine(error.message)}`);
      }),
    );
  }
  const input: unknown = document.toJS();
  const parsed = configSchema.safeParse(input);
  const base = dirname(resolve(file));
  if (!parsed.success) return refuse(parsed.error.issues.flatMap((issue) => explain(issue, configSchema, input)));
  const devices = readDeviceFiles(parsed.data.devices, (path) => resolve(base, path));
  return devices.ok ? ok(withAbsolutePaths({ ...parsed.data, devices: devices.value }, base)) : refuse(devices.error);

  function refuse(findings: readonly Finding[]): Result<never, readonly ConfigError[]> {
    return err(
      findings
        .map((finding) => ({ finding, line: lineOf(finding) }))
        .sort((a, b) => a.line - b.line)
        .map(({ finding, line }) =>
          coded("runtime.config-invalid", `${file}:${line}: ${pathText(finding.path)}: ${finding.message}`),
        ),
    );
  }

  /** The line of the value; for what is missing, of the mapping that lacks it; for an unknown key, of the key. */
  function lineOf(finding: Finding): number {
    for (let length = finding.path.length; length >= 0; length--) {
      const offset = offsetAt(finding.path.slice(0, length));
      if (offset !== undefined) return lines.linePos(offset).line;
    }
    return 1;
  }

  function offsetAt(path: readonly PropertyKey[]): number | undefined {
    const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
    const last = path.at(-1);
    if (isMap(parent) && last !== undefined) {
      const pair = parent.items.find((item) => isPair(item) && String(item.key) === String(last));
      return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
    }
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    return isNode(node) ? node.range?.[0] : undefined;
  }
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? message).replace(/ at line \d+, column \d+:?$/, "");
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "(whole file)";
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`))
    .join("");
}

function withAbsolutePaths(config: Config, base: string): Config {
  const { gateway, view } = config;
  const absolute = (path: string) => resolve(base, path);
  return {
    ...config,
    data: absolute(config.data),
    services: absolute(config.services),
    ...(config.control === undefined ? {} : { control: { socket: absolute(config.control.socket) } }),
    gateway: {
      url: gateway.url,
      ...(gateway.ca === undefined ? {} : { ca: absolute(gateway.ca) }),
      ...(gateway.certificate === undefined ? {} : { certificate: absolute(gateway.certificate) }),
      ...(gateway.key === undefined ? {} : { key: absolute(gateway.key) }),
    },
    view: {
      ...view,
      bundle: absolute(view.bundle),
      ...(view.socket === undefined ? {} : { socket: absolute(view.socket) }),
      ...(view.tokenFile === undefined ? {} : { tokenFile: absolute(view.tokenFile) }),
    },
  };
}

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { DEVICE_KINDS } from "../base/contracts/device-status.ts";
import { type CodedError, coded } from "../base/registry/coded-error.ts";
import { err, ok, type Result } from "../base/result.ts";

const path = z.string().min(1);

/** What the technician's tool needs of the runtime's configuration; the runtime itself checks the whole. */
const kioskFileSchema = z.object({
  kiosk: z.object({ id: z.string(), place: z.string(), screenWidth: z.number() }),
  devices: z
    .array(
      z.object({
        id: z.string(),
        kind: z.enum(DEVICE_KINDS),
        model: z.string(),
        port: path,
        baud: z.number().optional(),
      }),
    )
    .nullish()
    .transform((devices) => devices ?? []),
  gateway: z.object({ url: z.url(), ca: path.optional(), certificate: path.optional(), key: path.optional() }),
  data: path,
  control: z.object({ socket: path }).optional(),
});
export type KioskFile = z.infer<typeof kioskFileSchema>;
export type ConfiguredDevice = KioskFile["devices"][number];

/** What it needs of the fleet agent's. */
const agentFileSchema = z.object({ server: z.url(), serverCa: path.optional(), identity: path });
export type AgentFile = z.infer<typeof agentFileSchema>;

/** And of the guard's. */
const guardFileSchema = z.object({ trust: path });

export type FileError = CodedError<"provision.file-unreadable" | "provision.file-invalid">;

/** The runtime's configuration, e.g. `/etc/ventanilla/kiosk.yaml`; its paths absolute. */
export function readKioskFile(file: string): Result<KioskFile, FileError> {
  const read = readYaml(file, kioskFileSchema);
  if (!read.ok) return read;
  const absolute = (inside: string) => resolve(dirname(resolve(file)), inside);
  const { gateway, data, control } = read.value;
  const files = Object.entries(gateway).map(([name, value = ""]) => [name, name === "url" ? value : absolute(value)]);
  return ok({
    ...read.value,
    gateway: Object.fromEntries(files) as KioskFile["gateway"],
    data: absolute(data),
    ...(control === undefined ? {} : { control: { socket: absolute(control.socket) } }),
  });
}

/** The agent's configuration, e.g. `/etc/ventanilla/agent.yaml`; its paths absolute. */
export function readAgentFile(file: string): Result<AgentFile, FileError> {
  const read = readYaml(file, agentFileSchema);
  if (!read.ok) return read;
  const absolute = (inside: string) => resolve(dirname(resolve(file)), inside);
  const { serverCa, identity } = read.value;
  return ok({
    ...read.value,
    identity: absolute(identity),
    ...(serverCa === undefined ? {} : { serverCa: absolute(serverCa) }),
  });
}

/** Directory of what the guard believes, absolute. */
export function readGuardTrust(file: string): Result<string, FileError> {
  const read = readYaml(file, guardFileSchema);
  return read.ok ? ok(resolve(dirname(resolve(file)), read.value.trust)) : read;
}

function readYaml<S extends z.ZodType>(file: string, schema: S): Result<z.infer<S>, FileError> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return err(coded("provision.file-unreadable", error instanceof Error ? error.message : file));
  }
  const document = parseDocument(text);
  const [mistake] = document.errors;
  if (mistake !== undefined)
    return err(coded("provision.file-invalid", `${file}: ${mistake.message.split("\n")[0] ?? ""}`));
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return err(coded("provision.file-invalid", `${file}: ${issue?.path.join(".") || "whole file"}: ${issue?.message}`));
}

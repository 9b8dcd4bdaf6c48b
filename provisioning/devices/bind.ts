import { isMap, isSeq, YAMLSeq } from "yaml";
import type { Clock } from "../../base/clock.ts";
import { type DeviceKind, isSerialKind } from "../../base/contracts/device-status.ts";
import { replaceFile } from "../../base/node/replace-file.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { readKioskFile } from "../kiosk-files.ts";
import { type Programs, runHelp } from "../programs.ts";
import { openYaml, saveYaml } from "../yaml-file.ts";
import { holdersOf } from "./holders.ts";
import { findPlugged, listPlugged, type PluggedDevice, stablePort } from "./plugged.ts";
import type { Root } from "./root.ts";
import { RULES_FILE, ruleOf, withRule } from "./udev-rules.ts";

export type Binding = {
  /** Name of the device on this kiosk. */
  readonly id: string;
  readonly kind: DeviceKind;
  readonly model: string;
  /** Device file, a link to it, or the identity of what is plugged in. */
  readonly meant: string;
  /** Bits per second, where the model's own are not right. */
  readonly baud?: number;
};

export type BindContext = {
  readonly root: Root;
  readonly kioskFile: string;
  readonly programs: Programs;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

export type Bound = {
  readonly port: string;
  readonly identity: string;
  /** Whether the file changed: the same binding again changes nothing. */
  readonly changed: boolean;
  /** A device that is known by its socket must stay in it. */
  readonly bySocket: boolean;
};

const ID = /^[a-z0-9][a-z0-9-]{0,39}$/;

/**
 * Makes a plugged-in device one of the kiosk's: writes its entry in the runtime's configuration with a port name that stays, and
 * the rule that names it `/dev/ventanilla/<id>`. Opens nothing.
 */
export async function bindDevice(binding: Binding, context: BindContext): Promise<Result<Bound, CodedError>> {
  const { root, kioskFile } = context;
  if (!ID.test(binding.id))
    return err(coded("common.bad-input", "the device's name: lower-case letters, digits and hyphens, at most 40"));
  if (!isSerialKind(binding.kind)) return err(coded("provision.kind-not-serial", binding.kind));
  const models = await modelsOf(binding.kind, context);
  if (!models.includes(binding.model))
    return err(coded("provision.model-unknown", `${binding.model}; ${binding.kind} has: ${models.join(", ")}`));
  const found = findPlugged(listPlugged(root), binding.meant);
  if (found === undefined || found.class !== "serial") return err(coded("provision.port-absent", binding.meant));
  const kiosk = readKioskFile(kioskFile);
  if (!kiosk.ok) return kiosk;
  const real = root.real(found.path);
  const rival = kiosk.value.devices.find(({ id, port }) => id !== binding.id && isSame(root, port, found));
  if (rival !== undefined) return err(coded("provision.port-taken", `${rival.id} has ${rival.port}`));
  const [holder] = real === undefined ? [] : holdersOf(real);
  if (holder !== undefined)
    return err(coded("provision.port-held", `${found.path}: ${holder.name}, process ${holder.pid}`));
  const port = stablePort(found);
  const changed = writeEntry(kioskFile, binding, port);
  if (!changed.ok) return changed;
  writeRule(root, found, binding.id);
  return ok({ port, identity: found.identity, changed: changed.value, bySocket: port !== found.byId });
}

function isSame(root: Root, port: string, { path, byId, byPath, names }: PluggedDevice): boolean {
  const real = root.real(port);
  return [path, byId, byPath, ...names].includes(port) || (real !== undefined && real === root.real(path));
}

/** The models on serial ports that there are drivers for. The driver's program names what another one is on in brackets. */
export async function modelsOf(kind: DeviceKind, { programs, clock, signal }: Omit<BindContext, "root" | "kioskFile">) {
  const help = await runHelp([...programs.driver, kind, "--help"], { clock, signal });
  const [, models = ""] = /^Models: (.+)$/m.exec(help) ?? [];
  return models.split(", ").flatMap((said) => {
    const [model = "", remark] = said.split(" ");
    return model === "" || (remark !== undefined && remark !== "(default)") ? [] : [model];
  });
}

function writeEntry(file: string, { id, kind, model, baud }: Binding, port: string): Result<boolean, CodedError> {
  const opened = openYaml(file);
  if (!opened.ok) return opened;
  const document = opened.value;
  const before = document.toString({ lineWidth: 0 });
  const present: unknown = document.get("devices", true);
  const devices = isSeq(present) ? present : new YAMLSeq();
  if (devices !== present) document.set("devices", devices);
  // `devices: []` is written in one line; entries are not.
  devices.flow = false;
  const entry = devices.items.find((item) => isMap(item) && item.get("id") === id);
  const fields = { id, kind, model, port, ...(baud === undefined ? {} : { baud }) };
  if (isMap(entry)) for (const [name, value] of Object.entries(fields)) entry.set(name, value);
  else devices.add(document.createNode(fields));
  // Another model has another line speed of its own.
  if (isMap(entry) && baud === undefined) entry.delete("baud");
  const changed = document.toString({ lineWidth: 0 }) !== before;
  if (changed) saveYaml(file, document);
  return ok(changed);
}

function writeRule(root: Root, device: PluggedDevice, id: string): void {
  const rule = ruleOf(device, id);
  if (rule === undefined) return;
  root.makeFolder("/etc/udev/rules.d");
  const before = root.text(RULES_FILE) ?? "";
  replaceFile(root.path(RULES_FILE), withRule(before, rule, id), 0o644);
}

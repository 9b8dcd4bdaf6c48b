import type { CodedError } from "../../base/registry/coded-error.ts";
import { ok, type Result } from "../../base/result.ts";
import { openYaml, saveYaml } from "../yaml-file.ts";

/** Has the fleet agent speak to the server that the kiosk was enrolled with. @param ca PEM file, absolute. */
export function nameServer(file: string, server: string, ca: string | undefined): Result<void, CodedError> {
  const opened = openYaml(file);
  if (!opened.ok) return opened;
  const before = opened.value.toString({ lineWidth: 0 });
  opened.value.set("server", server);
  if (ca !== undefined) opened.value.set("serverCa", ca);
  if (opened.value.toString({ lineWidth: 0 }) !== before) saveYaml(file, opened.value);
  return ok();
}

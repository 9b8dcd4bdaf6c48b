import type { TargetRow } from "../../../api/contract/releases.ts";
import { t } from "../../texts/texts.ts";

/** What a target or a rollout is called, e.g. "Software release 1.5.0" or "fonasa/bono-atencion 1.3.0". */
export function titleOf({
  kind,
  service,
  version,
}: {
  readonly kind: TargetRow["kind"];
  readonly service?: string | undefined;
  readonly version: string;
}): string {
  return `${service ?? t.value.targetKinds[kind]} ${version}`;
}

import { coded } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";
import { plain } from "../text.ts";
import { type Check, type Finding, fail, notRun, pass } from "./check.ts";

/** Runs a program and gives its standard output. */
export type Runner = (command: readonly string[]) => Promise<Result<string, { readonly message: string }>>;

const UNITS = [
  ["runtime", "ventanilla-runtime.service", { es: "Servicio del tótem", en: "Kiosk runtime" }],
  ["agent", "ventanilla-agent.service", { es: "Agente de la flota", en: "Fleet agent" }],
  ["shell", "ventanilla-shell.service", { es: "Ventana del tótem", en: "Kiosk window" }],
  ["firewall", "ventanilla-firewall.service", { es: "Cortafuegos", en: "Firewall" }],
] as const;

/** Whether the services that are installed here run. */
export function serviceChecks(run: Runner): Check[] {
  return UNITS.map(([name, unit, title]) => ({ check: `service.${name}`, title, run: async () => judge(unit, run) }));
}

async function judge(unit: string, run: Runner): Promise<Finding> {
  const shown = await run(["systemctl", "show", "--property=LoadState,ActiveState,SubState,NRestarts", unit]);
  if (!shown.ok) return notRun({ es: "aquí no hay systemd", en: "there is no systemd here" });
  const property = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(shown.value)?.[1];
  if (property("LoadState") !== "loaded") return notRun({ es: "no está instalado", en: "not installed" });
  const state = `${property("ActiveState")} (${property("SubState")})`;
  return property("ActiveState") === "active"
    ? pass(plain(state))
    : fail(coded("readiness.service-down", `${unit}: ${state}`));
}

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { KIOSK_PARTS, type KioskPart } from "../../base/contracts/fleet/names.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** The kiosk's processes as the guard knows them. */
export interface Parts {
  /** Asks for restarts and does not wait for the parts to be up: each counts itself with the guard when it starts. */
  restart(parts: readonly KioskPart[]): Promise<Result<void, CodedError>>;
}

/** Longest that a supervisor may take to accept an order, milliseconds. */
const ORDER_WITHIN = 20_000;

const run = promisify(execFile);

/**
 * Units `ventanilla-<part>.service`. What a broken release used up of the starts that systemd allows is given back first: systemd
 * would refuse the good one too. `--no-block`: a unit's start asks the guard, which must not wait for the unit.
 */
export function systemdParts(systemctl = "systemctl"): Parts {
  const unit = (part: KioskPart) => `ventanilla-${part}.service`;
  const restarting = commandParts([systemctl, "restart", "--no-block"], unit);
  return {
    async restart(parts) {
      // It fails for a unit that is not loaded, which has nothing to give back.
      await commandParts([systemctl, "reset-failed"], unit).restart(parts);
      return await restarting.restart(parts);
    },
  };
}

/** A program that is called with the names of the parts to restart. */
export function commandParts(command: readonly string[], nameOf: (part: KioskPart) => string = (part) => part): Parts {
  const [program = "", ...first] = command;
  return {
    async restart(parts) {
      try {
        await run(program, [...first, ...parts.map(nameOf)], { timeout: ORDER_WITHIN });
        return ok();
      } catch (problem) {
        return err(coded("guard.restart-failed", problem instanceof Error ? problem.message : String(problem)));
      }
    },
  };
}

/** The agent last: it may be the one who asked. */
export const EVERY_PART: readonly KioskPart[] = [...KIOSK_PARTS].sort(
  (a, b) => Number(a === "agent") - Number(b === "agent"),
);

import type { Clock } from "../base/clock.ts";
import type { GatewayHealth } from "../base/contracts/gateway.ts";
import type { Logger } from "../base/log.ts";
import type { Result } from "../base/result.ts";
import type { CallFailure, InstitutionId } from "./connectors/connector.ts";
import { type HttpAnswer, isWebPage } from "./connectors/institution-http.ts";

export type InstitutionState = GatewayHealth["institutions"][string];
/** Asks one service of an institution whether it is there; keeps its own deadline. */
export type Probe = () => Promise<Result<HttpAnswer, CallFailure>>;

export type HealthOptions = {
  readonly probes: ReadonlyMap<InstitutionId, readonly Probe[]>;
  readonly clock: Clock;
  readonly log: Logger;
};

/** How long one round of probes serves all who ask, milliseconds. */
const FRESH = 3_000;

const WORST: readonly InstitutionState[] = ["down", "unknown", "up"];

/** Which institutions answer. It asks when it is asked itself, and once for all who ask at the same time. */
export class Health {
  readonly #options: HealthOptions;
  readonly #last = new Map<InstitutionId, InstitutionState>();
  #round: { readonly at: number; readonly answer: Promise<GatewayHealth> } | undefined;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  async current(): Promise<GatewayHealth> {
    const now = this.#options.clock.monotonic();
    if (this.#round === undefined || now - this.#round.at >= FRESH) this.#round = { at: now, answer: this.#ask() };
    return await this.#round.answer;
  }

  async #ask(): Promise<GatewayHealth> {
    const states = await Promise.all(
      [...this.#options.probes].map(async ([institution, probes]) => {
        const services = await Promise.all(probes.map(async (probe) => stateOf(await probe())));
        const state = WORST.find((candidate) => services.includes(candidate)) ?? "unknown";
        this.#note(institution, state);
        return [institution, state] as const;
      }),
    );
    return { institutions: Object.fromEntries(states) };
  }

  #note(institution: InstitutionId, state: InstitutionState): void {
    const before = this.#last.get(institution);
    this.#last.set(institution, state);
    if (before !== state && (before !== undefined || state !== "up")) {
      this.#options.log("gateway.institution-state", { institution, state });
    }
  }
}

/** What the answer of a probe says. */
export function stateOf(answer: Result<HttpAnswer, CallFailure>): InstitutionState {
  if (!answer.ok || answer.value.status >= 500 || isWebPage(answer.value)) return "down";
  return answer.value.status < 400 ? "up" : "unknown";
}

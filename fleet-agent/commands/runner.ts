import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import {
  COMMAND_TYPE,
  type Command,
  type CommandClaims,
  type CommandReport,
  commandClaimsSchema,
} from "../../base/contracts/fleet/command.ts";
import { withDeadline } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { Mutex } from "../../base/mutex.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { ok } from "../../base/result.ts";
import type { KioskIdentity } from "../identity/interface.ts";
import type { OpenedStore } from "../store/store.ts";
import type { CommandEnd } from "./executors.ts";

/** Longest that a command may take, milliseconds: a restart waits for a citizen to leave, an update for its end. */
const WITHIN: Readonly<Record<Command["name"], number>> = {
  "restart-part": 600_000,
  "device-self-test": 100_000,
  "reset-device": 100_000,
  "test-print": 100_000,
  drain: 15_000,
  maintenance: 15_000,
  resume: 15_000,
  logs: 60_000,
};
/** Commands are kept this long after they expired, seconds: longer than any clock is wrong. */
const KEEP = 30 * 86_400;

/** Enough of a command that this version does not know to refuse it by its name. */
const strangerSchema = z.object({ jti: z.uuid(), aud: z.string() });

export type CommandRunnerOptions = {
  readonly identity: KioskIdentity;
  readonly store: OpenedStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** The server's clock, milliseconds since the Unix epoch: what commands expire by. */
  readonly now: () => number;
  readonly execute: (id: string, command: Command, signal: AbortSignal) => Promise<CommandEnd>;
};

/**
 * Carries commands out, one at a time, each once.
 *
 * Its invariants: a command is in the journal as `received` before anything is done for it and as `running` before it begins;
 * each state is reported in the transaction that writes it. So after a crash a command that was `received` is carried out, and one that was
 * `running` is never repeated: it is reported `unknown`, except for the agent's own restart, which that crash was.
 */
export class CommandRunner {
  readonly #options: CommandRunnerOptions;
  readonly #turn = new Mutex();
  readonly #taking = new Mutex();
  readonly #ending = new AbortController();
  readonly #left: CommandClaims[] = [];
  readonly #refusedTexts = new Set<string>();

  constructor(options: CommandRunnerOptions) {
    this.#options = options;
  }

  /** Settles what the session before left running. Call it once, before the first command. */
  settle(): void {
    const { store } = this.#options;
    for (const { claims, state } of store.commands.open()) {
      const { command } = claims;
      if (state === "received") this.#left.push(claims);
      else if (command.name === "restart-part" && command.part === "agent") this.#change(claims, { state: "done" });
      else this.#change(claims, { state: "unknown", ...reason("agent.command-interrupted") });
    }
  }

  /** Goes on with what the session before had received, now that the server's clock is known and says what expired. */
  resume(): void {
    const { store, now, clock } = this.#options;
    for (const claims of this.#left.splice(0)) this.#enqueue(claims);
    // The earlier of both clocks: whoever leads one of them to the future must not make a command new again.
    store.commands.forget(Math.floor(Math.min(now(), clock.now()) / 1000) - KEEP);
  }

  /** Takes a command's JWS; whatever is no command for this kiosk, or was seen before, changes nothing. */
  async receive(jws: string): Promise<void> {
    await this.#taking.withLock(() => this.#take(jws));
  }

  /** What runs is let go; its row stays `running`, and the next session says what is known of it. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#turn.withLock(async () => {});
  }

  async #take(jws: string): Promise<void> {
    const { identity, store } = this.#options;
    const verified = await identity.verifyDirector(jws, COMMAND_TYPE);
    if (!verified.ok) return this.#refuseText(jws, verified.error.code);
    const claims = commandClaimsSchema.safeParse(verified.value);
    if (!claims.success) return this.#refuseStranger(jws, verified.value);
    const { jti, aud, command } = claims.data;
    if (aud !== identity.kiosk) return this.#refuseText(jws, "common.bad-input");
    if (store.commands.has(jti)) return;
    store.transaction(() => {
      store.commands.add(claims.data, "received");
      this.#report({ id: jti, state: "received" }, command.name);
    });
    this.#enqueue(claims.data);
  }

  /** A command that a newer server knows and this agent does not: it hears so at once. */
  #refuseStranger(jws: string, payload: unknown): void {
    const stranger = strangerSchema.safeParse(payload);
    if (!stranger.success || stranger.data.aud !== this.#options.identity.kiosk) {
      this.#refuseText(jws, "common.bad-input");
      return;
    }
    if (this.#refusedTexts.has(stranger.data.jti)) return;
    this.#remember(stranger.data.jti);
    this.#report({ id: stranger.data.jti, state: "refused", ...reason("agent.command-unknown") }, "unknown");
  }

  #refuseText(jws: string, code: string): void {
    if (this.#refusedTexts.has(jws)) return;
    this.#remember(jws);
    this.#options.log("agent.command-refused", { code });
  }

  /** What comes again with each desired state is said once; bounded, because a log line more is no harm. */
  #remember(text: string): void {
    if (this.#refusedTexts.size >= 100) this.#refusedTexts.clear();
    this.#refusedTexts.add(text);
  }

  #enqueue(claims: CommandClaims): void {
    void this.#turn.withLock(() => this.#run(claims));
  }

  async #run(claims: CommandClaims): Promise<void> {
    const { clock, now, execute } = this.#options;
    const { signal } = this.#ending;
    if (signal.aborted) return;
    if (now() >= claims.exp * 1000)
      return this.#change(claims, { state: "expired", ...reason("agent.command-expired") });
    this.#change(claims, { state: "running" });
    const { name } = claims.command;
    const ended = await withDeadline<CommandEnd, never>(clock, WITHIN[name], signal, name, async (inner) =>
      ok(await execute(claims.jti, claims.command, inner)),
    );
    if (signal.aborted) return;
    if (ended.ok) {
      this.#change(claims, ended.value);
      return;
    }
    const { code, message } = ended.error;
    this.#change(claims, { state: "unknown", code, message });
  }

  #change({ jti, command }: CommandClaims, report: Omit<CommandReport, "id">): void {
    const { store } = this.#options;
    store.transaction(() => {
      store.commands.change(jti, report.state);
      this.#report({ id: jti, ...report }, command.name);
    });
  }

  #report(command: CommandReport, name: string): void {
    const { store, log } = this.#options;
    store.outbox.append({ type: "command", command });
    const { id, state, code } = command;
    log("agent.command", { command: id, name, state, ...(code === undefined ? {} : { code }) });
  }
}

function reason(code: Parameters<typeof coded>[0]): { code: string; message: string } {
  const { message } = coded(code);
  return { code, message };
}

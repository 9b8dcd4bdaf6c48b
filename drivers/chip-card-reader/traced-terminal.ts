import { z } from "zod";
import { parseJson } from "../../base/json.ts";
import { type Observable, Subject, sameData } from "../../base/observable.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { ByteChannel, OpenChannel } from "../transport/byte-channel.ts";
import { decodeError, encodeError } from "../transport/call-errors.ts";
import { Caller, LocalCalls } from "../transport/calls.ts";
import type { CardChannel, CardLinkError, CardTerminal, TerminalState } from "./apdu/channel.ts";

/** What is called, and what the terminal tells by itself. */
export const TOPIC = { connect: 1, transmit: 2, close: 3, state: 4 } as const;

const NOTHING = new Uint8Array();

const stateSchema = z.strictObject({
  reader: z.enum(["no-service", "absent", "present"]),
  card: z.enum(["absent", "present", "mute"]),
  name: z.string().exactOptional(),
});

/** The same terminal, with everything going through a channel, so that it can be recorded and replayed. */
export class TracedTerminal implements CardTerminal {
  readonly #terminal: CardTerminal;
  readonly #open: OpenChannel;
  readonly #state = new Subject<TerminalState>({ reader: "no-service", card: "absent" }, sameData);
  #running: Promise<void> | undefined;
  #channel: ByteChannel | undefined;
  #caller: Caller | undefined;

  /** @param through stands between the two ends: a recorder, or a replay in place of the terminal. */
  constructor(terminal: CardTerminal, through: (open: OpenChannel) => OpenChannel) {
    this.#terminal = terminal;
    this.#open = through(async () => ok(this.#behind()));
  }

  get state(): Observable<TerminalState> {
    return this.#state;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    await this.#running;
    await this.#channel?.close();
    await this.#terminal.stop();
  }

  async connect(): Promise<Result<CardChannel, CardLinkError>> {
    const connected = await this.#call(TOPIC.connect, NOTHING);
    if (!connected.ok) return connected;
    return ok({
      transmit: (command, signal) => this.#call(TOPIC.transmit, command, signal),
      close: async () => void (await this.#call(TOPIC.close, NOTHING)),
    });
  }

  async #run(): Promise<void> {
    const opened = await this.#open(new AbortController().signal);
    if (!opened.ok) return;
    this.#channel = opened.value;
    this.#caller = new Caller(opened.value, (_topic, payload) => {
      const state = stateSchema.safeParse(parseJson(new TextDecoder().decode(payload)));
      if (state.success) this.#state.set(state.data);
    });
  }

  async #call(topic: number, payload: Uint8Array, signal?: AbortSignal): Promise<Result<Uint8Array, CardLinkError>> {
    const end = await this.#caller?.call(topic, payload, signal);
    if (end?.end === "answered") return ok(end.payload);
    if (end?.end === "failed") return err(decodeError(end.payload) as CardLinkError);
    return err(coded("link.lost", end?.end === "lost" ? end.cause : "not started"));
  }

  /** The real terminal behind the calls. */
  #behind(): LocalCalls {
    const terminal = this.#terminal;
    let card: CardChannel | undefined;
    const work = async (topic: number, payload: Uint8Array, signal: AbortSignal) => {
      if (topic === TOPIC.transmit) return (await card?.transmit(payload, signal)) ?? err(coded("link.lost"));
      if (topic === TOPIC.close) {
        await card?.close();
        return ok(NOTHING);
      }
      const connected = await terminal.connect();
      if (!connected.ok) return connected;
      card = connected.value;
      return ok(NOTHING);
    };
    const calls: LocalCalls = new LocalCalls(
      {
        call: async (topic, payload, signal) => {
          const result = await work(topic, payload, signal);
          return { ok: result.ok, payload: result.ok ? result.value : encodeError(result.error) };
        },
      },
      { onListen: () => tell(terminal.state.value), onClose: terminal.state.subscribe((state) => tell(state)) },
    );
    const tell = (state: TerminalState) => calls.tell(TOPIC.state, new TextEncoder().encode(JSON.stringify(state)));
    terminal.start();
    return calls;
  }
}

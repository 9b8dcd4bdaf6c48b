import { concat } from "../../base/bytes/bytes.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { OpenChannel } from "../transport/byte-channel.ts";
import { decodeError, encodeError } from "../transport/call-errors.ts";
import { Caller, LocalCalls } from "../transport/calls.ts";
import type { IppLink, LinkFailure, LinkOptions, LinkRequest } from "./link.ts";

const EXCHANGE = 1;
/** Number of the request, then the length of its document. */
const HEAD = 8;
/** Whether the printer may have acted on it, before the error. */
const MAYBE_DONE = 1;

/**
 * The same link, with every exchange going through a channel, so that it can be recorded and replayed. A document itself never passes: only
 * how long it is, for it is somebody's paper.
 */
export class TracedLink implements IppLink {
  readonly uri: string;
  readonly #link: IppLink;
  readonly #open: OpenChannel;
  /** What does not pass through the channel, by number of the request. */
  readonly #beside = new Map<number, { readonly request: LinkRequest; readonly within: number }>();
  #caller: Promise<Result<Caller, LinkFailure>> | undefined;
  #requests = 0;

  /** @param through stands between the two ends: a recorder, or a replay in place of the printer. */
  constructor(link: IppLink, through: (open: OpenChannel) => OpenChannel) {
    this.uri = link.uri;
    this.#link = link;
    this.#open = through(async () => ok(this.#printer()));
  }

  async exchange(request: LinkRequest, { within, signal }: LinkOptions): Promise<Result<Uint8Array, LinkFailure>> {
    this.#caller ??= this.#connect();
    const caller = await this.#caller;
    if (!caller.ok) return caller;
    const number = ++this.#requests;
    this.#beside.set(number, { request, within });
    const head = new DataView(new ArrayBuffer(HEAD));
    head.setUint32(0, number);
    head.setUint32(4, request.document?.length ?? 0);
    const end = await caller.value.call(EXCHANGE, concat([new Uint8Array(head.buffer), request.head]), signal);
    this.#beside.delete(number);
    if (end.end === "answered") return ok(end.payload);
    if (end.end === "lost") return err({ error: coded("link.lost", end.cause), maybeDone: true });
    const error = decodeError(end.payload.subarray(MAYBE_DONE)) as LinkFailure["error"];
    return err({ error, maybeDone: end.payload[0] === 1 });
  }

  async #connect(): Promise<Result<Caller, LinkFailure>> {
    const opened = await this.#open(new AbortController().signal);
    if (!opened.ok) return err({ error: coded("link.absent", opened.error.message), maybeDone: false });
    return ok(new Caller(opened.value));
  }

  /** The real printer behind the calls. */
  #printer(): LocalCalls {
    return new LocalCalls({
      call: async (_topic, payload, signal) => {
        const number = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
        const beside = this.#beside.get(number);
        if (beside === undefined) throw new Error(`exchange ${number} was never begun`);
        const answer = await this.#link.exchange(beside.request, { within: beside.within, signal });
        if (answer.ok) return { ok: true, payload: answer.value };
        const { error, maybeDone } = answer.error;
        return { ok: false, payload: concat([Uint8Array.of(maybeDone ? 1 : 0), encodeError(error)]) };
      },
    });
  }
}

import { z } from "zod";
import { parseJson } from "../../../base/json.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import type { OpenChannel } from "../../transport/byte-channel.ts";
import { decodeError, encodeError } from "../../transport/call-errors.ts";
import { Caller, LocalCalls } from "../../transport/calls.ts";
import { blankJpeg, readJpeg } from "../jpeg.ts";
import type { EsclAnswer, EsclLink, EsclRequest, LinkError, LinkOptions } from "./link.ts";

const EXCHANGE = 1;

const questionSchema = z.strictObject({
  number: z.int(),
  method: z.enum(["GET", "POST", "DELETE"]),
  path: z.string(),
  body: z.string(),
});

const answerSchema = z.strictObject({
  status: z.int(),
  location: z.string(),
  /** A document of the scanner's. */
  text: z.string(),
  /** What a picture measures; sizes are absent when it is none. */
  picture: z
    .strictObject({ bytes: z.int(), width: z.int().exactOptional(), height: z.int().exactOptional() })
    .exactOptional(),
});

/** What an exchange is beside its question and its answer, which pass through the channel. */
type Beside = { readonly request: EsclRequest; readonly within: number; answer?: EsclAnswer };

/**
 * The same link, with every exchange going through a channel, so that it can be recorded and replayed. A picture itself never passes: only
 * what it measures, for it is somebody's paper. A replay has a blank one of the same measure in its place.
 */
export class TracedLink implements EsclLink {
  readonly address: string;
  readonly #link: EsclLink;
  readonly #open: OpenChannel;
  readonly #beside = new Map<number, Beside>();
  #caller: Promise<Result<Caller, LinkError>> | undefined;
  #requests = 0;

  /** @param through stands between the two ends: a recorder, or a replay in place of the scanner. */
  constructor(link: EsclLink, through: (open: OpenChannel) => OpenChannel) {
    this.address = link.address;
    this.#link = link;
    this.#open = through(async () => ok(this.#scanner()));
  }

  async exchange(request: EsclRequest, { within, signal }: LinkOptions): Promise<Result<EsclAnswer, LinkError>> {
    this.#caller ??= this.#connect();
    const caller = await this.#caller;
    if (!caller.ok) return caller;
    const number = ++this.#requests;
    const beside: Beside = { request, within };
    this.#beside.set(number, beside);
    const { method, path, body = "" } = request;
    const end = await caller.value.call(EXCHANGE, encode({ number, method, path, body }), signal);
    this.#beside.delete(number);
    if (end.end === "lost") return err(coded("link.lost", end.cause));
    if (end.end === "failed") return err(decodeError(end.payload) as LinkError);
    const told = answerSchema.safeParse(parseJson(new TextDecoder().decode(end.payload)));
    if (!told.success) return err(coded("link.lost", "an answer that cannot be read"));
    return ok(beside.answer ?? standIn(told.data));
  }

  async #connect(): Promise<Result<Caller, LinkError>> {
    const opened = await this.#open(new AbortController().signal);
    return opened.ok ? ok(new Caller(opened.value)) : err(coded("link.absent", opened.error.message));
  }

  /** The real scanner behind the calls. */
  #scanner(): LocalCalls {
    return new LocalCalls({
      call: async (_topic, payload, signal) => {
        const { number } = questionSchema.parse(parseJson(new TextDecoder().decode(payload)));
        const beside = this.#beside.get(number);
        if (beside === undefined) throw new Error(`exchange ${number} was never begun`);
        const answer = await this.#link.exchange(beside.request, { within: beside.within, signal });
        if (!answer.ok) return { ok: false, payload: encodeError(answer.error) };
        beside.answer = answer.value;
        return { ok: true, payload: encode(tell(answer.value, beside.request.picture === true)) };
      },
    });
  }
}

function tell({ status, location, body }: EsclAnswer, picture: boolean): z.infer<typeof answerSchema> {
  if (!picture) return { status, location, text: new TextDecoder().decode(body) };
  const size = readJpeg(body);
  return { status, location, text: "", picture: { bytes: body.length, ...(size.ok ? size.value : {}) } };
}

function standIn({ status, location, text, picture }: z.infer<typeof answerSchema>): EsclAnswer {
  if (picture === undefined) return { status, location, body: new TextEncoder().encode(text) };
  const { bytes, width, height } = picture;
  const isPage = width !== undefined && height !== undefined;
  return { status, location, body: isPage ? blankJpeg({ width, height }, bytes) : new Uint8Array(bytes) };
}

function encode(message: z.infer<typeof questionSchema> | z.infer<typeof answerSchema>): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}

import { concat } from "../../base/bytes/bytes.ts";
import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { decodeMessage } from "../../drivers/page-printer/ipp/decode.ts";
import { encodeMessage } from "../../drivers/page-printer/ipp/encode.ts";
import { GROUP, type IppMessage } from "../../drivers/page-printer/ipp/message.ts";
import { OPERATION, STATUS } from "../../drivers/page-printer/ipp/operations.ts";
import type { IppService } from "./service.ts";

/** What an HTTP server says to one request, or how it fails to. */
export type FrontAnswer =
  | { readonly status: number; readonly contentType: string; readonly body: Uint8Array }
  /** The connection ends without an answer. */
  | "hang-up"
  /** Nothing comes, ever. */
  | "silence"
  /** Bytes that are no HTTP. */
  | "garbage";

/** Misbehaviour on the wire; each stays until it is switched off, but `loseAnswer`, which happens once. */
export type FrontFaults = {
  /** The next document is taken, and the connection ends without an answer. */
  loseAnswer: boolean;
  /** The next document is lost on its way: the connection ends before the printer has it. */
  loseDocument: boolean;
  silent: boolean;
  /** Answers come after this many milliseconds. */
  slow: number;
  wrongRequestId: boolean;
  lyingLength: boolean;
  attributeBomb: boolean;
  garbage: boolean;
  /** Another web server answers at this address. */
  html: boolean;
  serverError: boolean;
  unauthorised: boolean;
  /** Jobs are refused because of other work. */
  busy: boolean;
};

export const NO_FAULTS: FrontFaults = {
  loseAnswer: false,
  loseDocument: false,
  silent: false,
  slow: 0,
  wrongRequestId: false,
  lyingLength: false,
  attributeBomb: false,
  garbage: false,
  html: false,
  serverError: false,
  unauthorised: false,
  busy: false,
};

const JOB_MAKERS: readonly number[] = [OPERATION["Print-Job"], OPERATION["Create-Job"]];

/** The printer's HTTP side: hands requests to the service, and spoils what the operator wants spoilt. */
export class PrinterFront {
  readonly faults: FrontFaults = { ...NO_FAULTS };
  readonly #service: IppService;
  readonly #clock: Clock;

  constructor(service: IppService, clock: Clock) {
    this.#service = service;
    this.#clock = clock;
  }

  /** @param request the whole body of a POST. */
  async receive(request: Uint8Array): Promise<FrontAnswer> {
    const { faults } = this;
    const asked = decodeMessage(request);
    const hasDocument = asked.ok && asked.value.document.length > 0;
    if (faults.slow > 0) await pause(this.#clock, faults.slow);
    if (faults.silent) return "silence";
    if (faults.garbage) return "garbage";
    if (faults.html) return text(200, "text/html", "<h1>It works!</h1>");
    if (faults.serverError) return text(500, "text/plain", "internal error");
    if (faults.unauthorised) return text(401, "text/plain", "who are you?");
    if (hasDocument && faults.loseDocument) {
      faults.loseDocument = false;
      return "hang-up";
    }
    if (asked.ok && faults.busy && JOB_MAKERS.includes(asked.value.message.code)) return busy(asked.value.message);
    const answer = await this.#service.answer(request);
    if (hasDocument && faults.loseAnswer) {
      faults.loseAnswer = false;
      return "hang-up";
    }
    if (answer === undefined) return text(400, "text/plain", "no IPP");
    return { status: 200, contentType: "application/ipp", body: this.#spoil(answer) };
  }

  #spoil(answer: IppMessage): Uint8Array {
    const { wrongRequestId, lyingLength, attributeBomb } = this.faults;
    const body = encodeMessage(wrongRequestId ? { ...answer, requestId: answer.requestId + 1 } : answer);
    // Behind the header and the group's tag: tag and name length of the first attribute.
    if (lyingLength) body.set([0x7f, 0xff], 10);
    return attributeBomb ? concat([body.subarray(0, -1), bomb()]) : body;
  }
}

/** Collections in collections, without end. */
function bomb(): Uint8Array {
  const unit = [0x34, 0, 0, 0, 0, 0x4a, 0, 0, 0, 1, 0x61];
  const begin = Uint8Array.of(0x34, 0, 1, 0x61, 0, 0, 0x4a, 0, 0, 0, 1, 0x61);
  return concat([begin, Uint8Array.from({ length: 11 * 20_000 }, (_, at) => unit[at % unit.length] ?? 0)]);
}

function busy({ version, requestId }: IppMessage): FrontAnswer {
  const code = STATUS["server-error-busy"];
  const body = encodeMessage({ version, requestId, code, groups: [{ tag: GROUP.operation, attributes: [] }] });
  return { status: 200, contentType: "application/ipp", body };
}

function text(status: number, contentType: string, words: string): FrontAnswer {
  return { status, contentType, body: new TextEncoder().encode(words) };
}

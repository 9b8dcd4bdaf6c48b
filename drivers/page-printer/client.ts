import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { integers, keywords, texts } from "./ipp/attributes.ts";
import { decodeMessage } from "./ipp/decode.ts";
import { encodeMessage } from "./ipp/encode.ts";
import { GROUP, type IppAttribute, type IppGroup, type IppMessage } from "./ipp/message.ts";
import { OPERATION, type OperationName, STATUS, statusText } from "./ipp/operations.ts";
import type { IppLink, LinkFailure, LinkOptions } from "./link.ts";

export type CallError = CodedError<
  | LinkFailure["error"]["code"]
  | "page-printer.refused"
  | "page-printer.busy"
  | "page-printer.not-accepting"
  | "page-printer.format-unsupported"
  | "page-printer.job-unknown"
>;

export type CallFailure = {
  readonly error: CallError;
  /** Whether the printer may have acted on the request all the same. */
  readonly maybeDone: boolean;
  /** The printer's own status; absent when there was no answer. */
  readonly status?: number;
};

export type CallOptions = LinkOptions & {
  /** Further operation attributes, behind the printer's address and the user. */
  readonly operation?: readonly IppAttribute[];
  /** Job template attributes. */
  readonly job?: readonly IppAttribute[];
  readonly groups?: readonly IppGroup[];
  readonly document?: Uint8Array;
};

type Answer = Promise<Result<IppMessage, CallFailure>>;

/** What printers show as the owner of a job; a kiosk has no other user, and no citizen's name ever leaves it this way. */
const USER = "ventanilla";
const SUCCESS_BELOW = 0x0100;
const NEWEST: readonly [number, number] = [2, 0];
const OLDEST: readonly [number, number] = [1, 1];

/** IPP operations over a link: one request, one answer, checked to belong together. Holds no state but a counter and the version. */
export class IppClient {
  readonly #link: IppLink;
  #requestId = 0;
  #version = NEWEST;

  constructor(link: IppLink) {
    this.#link = link;
  }

  get uri(): string {
    return this.#link.uri;
  }

  /** An operation on the printer. A printer that does not know IPP/2.0 is spoken to in 1.1 from then on. */
  async call(name: OperationName, options: CallOptions): Answer {
    const answer = await this.#exchange(name, options);
    const tooNew = !answer.ok && answer.error.status === STATUS["server-error-version-not-supported"];
    if (!tooNew || this.#version === OLDEST) return answer;
    this.#version = OLDEST;
    return await this.#exchange(name, options);
  }

  /** An operation on one job. */
  callJob(name: OperationName, job: number, options: CallOptions): Answer {
    return this.call(name, { ...options, operation: [integers("job-id", job), ...(options.operation ?? [])] });
  }

  /** @param wanted names of attributes and attribute groups. */
  printerAttributes(wanted: readonly string[], options: LinkOptions): Answer {
    return this.call("Get-Printer-Attributes", {
      ...options,
      operation: [keywords("requested-attributes", ...wanted)],
    });
  }

  async #exchange(name: OperationName, options: CallOptions): Answer {
    this.#requestId = (this.#requestId % 0x7fffffff) + 1;
    const requestId = this.#requestId;
    const { operation = [], job = [], groups = [], document, within, signal } = options;
    const head = encodeMessage({
      version: this.#version,
      code: OPERATION[name],
      requestId,
      groups: [
        { tag: GROUP.operation, attributes: [...preamble(this.#link.uri, operation)] },
        ...(job.length === 0 ? [] : [{ tag: GROUP.job, attributes: job }]),
        ...groups,
      ],
    });
    const request = document === undefined ? { head } : { head, document };
    const body = await this.#link.exchange(request, { within, signal });
    if (!body.ok) return body;
    const decoded = decodeMessage(body.value);
    const bad = (detail: string) =>
      err({ error: coded("page-printer.bad-answer", `${name}: ${detail}`), maybeDone: true });
    if (!decoded.ok) return bad(`${decoded.error.fault} at byte ${decoded.error.at}`);
    const { message } = decoded.value;
    if (message.requestId !== requestId) return bad("the answer belongs to another request");
    if (message.code < SUCCESS_BELOW) return ok(message);
    return err(refusal(name, message.code));
  }
}

/** Charset and language first, then the target: their order is fixed (RFC 8011, 4.1.4 and 4.1.5). */
function preamble(uri: string, operation: readonly IppAttribute[]): readonly IppAttribute[] {
  const isTarget = ({ name }: IppAttribute) => name === "job-id";
  return [
    texts("charset", "attributes-charset", "utf-8"),
    texts("naturalLanguage", "attributes-natural-language", "es"),
    texts("uri", "printer-uri", uri),
    ...operation.filter(isTarget),
    texts("nameWithoutLanguage", "requesting-user-name", USER),
    ...operation.filter((attribute) => !isTarget(attribute)),
  ];
}

/** The printer's faults, after which nobody knows how far it came. */
const DOUBTFUL: readonly number[] = [
  STATUS["server-error-internal-error"],
  STATUS["server-error-device-error"],
  STATUS["server-error-temporary-error"],
];

function refusal(name: OperationName, status: number): CallFailure {
  const detail = `${name}: ${statusText(status)}`;
  return { error: coded(refusalCode(status), detail), maybeDone: DOUBTFUL.includes(status), status };
}

function refusalCode(status: number) {
  switch (status) {
    case STATUS["server-error-busy"]:
      return "page-printer.busy";
    case STATUS["server-error-not-accepting-jobs"]:
      return "page-printer.not-accepting";
    case STATUS["client-error-document-format-not-supported"]:
      return "page-printer.format-unsupported";
    case STATUS["client-error-not-authenticated"]:
    case STATUS["client-error-not-authorized"]:
    case STATUS["client-error-forbidden"]:
      return "page-printer.not-authorised";
    case STATUS["client-error-not-found"]:
    case STATUS["client-error-gone"]:
      return "page-printer.job-unknown";
    default:
      return "page-printer.refused";
  }
}

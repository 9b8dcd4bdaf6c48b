import { z } from "zod";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { LineLink } from "./line-link.ts";

const answerSchema = z.strictObject({ id: z.number(), status: z.union([z.number(), z.string()]), output: z.string() });

const RUN_WITHIN = 120_000;

/** The system inside, through its agent. */
export class Guest {
  readonly #link: LineLink;
  #order = 0;

  constructor(link: LineLink) {
    this.#link = link;
  }

  /** Runs a shell command as root; its output when it ends with 0. @param within milliseconds. */
  async run(command: string, within = RUN_WITHIN): Promise<Result<string, CodedError>> {
    return this.#done(command, await this.#ask({ run: command, within }, within + 30_000));
  }

  async put(path: string, content: string | Uint8Array, mode = 0o644): Promise<Result<void, CodedError>> {
    const answer = await this.#ask({ put: path, base64: Buffer.from(content).toString("base64"), mode }, RUN_WITHIN);
    return answer.ok ? ok() : answer;
  }

  /** The first line that a unix socket inside says to whoever connects. */
  async firstLine(path: string): Promise<Result<string, CodedError>> {
    return this.#done(`first line of ${path}`, await this.#ask({ first: path }, RUN_WITHIN));
  }

  /** Asks an HTTP server inside; `GET` without a body. */
  async http(url: string, body: unknown = null): Promise<Result<string, CodedError>> {
    return this.#done(url, await this.#ask({ post: url, body }, RUN_WITHIN));
  }

  #done(name: string, answer: Result<z.infer<typeof answerSchema>, CodedError>): Result<string, CodedError> {
    if (!answer.ok) return answer;
    const { status, output } = answer.value;
    return status === 0 ? ok(output) : err(coded("vm.command-failed", `${name}: ${status}: ${output.slice(-2_000)}`));
  }

  async #ask(order: object, within: number): Promise<Result<z.infer<typeof answerSchema>, CodedError>> {
    const id = ++this.#order;
    const answer = await this.#link.ask(
      { id, ...order },
      within,
      (value) => answerSchema.safeParse(value).data?.id === id,
    );
    return answer.ok ? ok(answerSchema.parse(answer.value)) : answer;
  }

  close(): void {
    this.#link.close();
  }
}

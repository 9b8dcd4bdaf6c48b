import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { CodedError } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";
import type { Visitor } from "../access/sessions.ts";
import type { Answer, AnsweredOperation } from "./contract/answers.ts";
import type { Operation } from "./contract/operations.ts";

/** What a handler is given: parsed input, and who asks (of a public operation, nobody). */
export type Asked<P, Q, B> = {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly visitor: Visitor;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};

type Input = z.ZodType | undefined;
type Parsed<S extends Input> = S extends z.ZodType ? z.output<S> : undefined;

type Described<P extends Input, Q extends Input, B extends Input> = {
  /** For the OpenAPI document, one English sentence without a full stop. */
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
};

/** An operation as the API mounts it. `raw` ones write their answer themselves. */
export type Endpoint = Described<Input, Input, Input> & {
  readonly operation: Operation;
  readonly raw: boolean;
  handle(asked: Asked<unknown, unknown, unknown>): Promise<Result<unknown, CodedError>>;
};

/** An operation that answers by its schema in `ANSWERS`. */
export function endpoint<
  O extends AnsweredOperation,
  P extends Input = undefined,
  Q extends Input = undefined,
  B extends Input = undefined,
>(
  operation: O,
  spec: Described<P, Q, B> & {
    handle(asked: Asked<Parsed<P>, Parsed<Q>, Parsed<B>>): Promise<Result<Answer<O>, CodedError>>;
  },
): Endpoint {
  return { ...spec, operation, raw: false, handle: (asked) => spec.handle(asked as never) };
}

/** An operation that sends something else than JSON: it uses `reply`, and what it returns counts only when it is a failure. */
export function rawEndpoint<Q extends Input = undefined>(
  operation: Exclude<Operation, AnsweredOperation>,
  spec: Described<undefined, Q, undefined> & {
    handle(asked: Asked<undefined, Parsed<Q>, undefined>): Promise<Result<unknown, CodedError>>;
  },
): Endpoint {
  return { ...spec, operation, raw: true, handle: (asked) => spec.handle(asked as never) };
}

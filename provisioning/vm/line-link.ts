import type { Socket } from "node:net";
import type { Interface } from "node:readline";
import type { Clock } from "../../base/clock.ts";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

type Waiter = {
  readonly fits: (value: unknown) => boolean;
  readonly take: (value: unknown) => void;
  readonly fail: () => void;
};

/** Lines of JSON both ways over a socket: QEMU's control protocol and the agent inside speak so. */
export class LineLink {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #waiters = new Set<Waiter>();

  constructor(socket: Socket, lines: Interface, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    for (const end of [socket, lines]) end.on("error", () => undefined);
    socket.once("close", () => {
      for (const { fail } of [...this.#waiters]) fail();
    });
    lines.on("line", (line) => {
      const value = parseJson(line);
      const waiter = [...this.#waiters].find(({ fits }) => fits(value));
      waiter?.take(value);
    });
  }

  /** Sends a line and waits for the one that `fits`. @param within milliseconds. */
  ask(order: unknown, within: number, fits: (value: unknown) => boolean): Promise<Result<unknown, CodedError>> {
    const answer = this.next(within, fits, JSON.stringify(order));
    this.#socket.write(`${JSON.stringify(order)}\n`);
    return answer;
  }

  /** Waits for a line that `fits`. */
  next(within: number, fits: (value: unknown) => boolean, name: string): Promise<Result<unknown, CodedError>> {
    const { promise, resolve } = Promise.withResolvers<Result<unknown, CodedError>>();
    const silent = (why: string) => settle(err(coded("vm.no-answer", `${name.slice(0, 300)}: ${why}`)));
    const waiter: Waiter = { fits, take: (value) => settle(ok(value)), fail: () => silent("the line is cut") };
    const timer = this.#clock.setTimeout(() => silent(`${Math.round(within / 1000)} s`), within);
    const settle = (result: Result<unknown, CodedError>) => {
      timer.cancel();
      this.#waiters.delete(waiter);
      resolve(result);
    };
    this.#waiters.add(waiter);
    if (this.#socket.destroyed) waiter.fail();
    return promise;
  }

  close(): void {
    this.#socket.destroy();
  }
}

import { connect } from "node:net";
import { createInterface } from "node:readline";
import type { GuestFiles, GuestLine, GuestRequest } from "./guest-protocol.ts";

const ANSWER_WITHIN = 20_000;

type AnswerTo<R extends GuestRequest> = R extends { readonly do: "copy" } ? GuestFiles : GuestLine;

/** Asks the guest's program something that it answers with one line. @throws Error when it does not within `within` milliseconds. */
export function askGuest<R extends Extract<GuestRequest, { do: "tell" | "copy" }>>(
  port: number,
  request: R,
  within = ANSWER_WITHIN,
): Promise<AnswerTo<R>> {
  const { promise, resolve, reject } = Promise.withResolvers<AnswerTo<R>>();
  const socket = connect({ port, host: "127.0.0.1", timeout: within });
  socket.write(`${JSON.stringify(request)}\n`);
  const lines = createInterface({ input: socket });
  lines.once("line", (line) => {
    resolve(JSON.parse(line));
    socket.destroy();
  });
  for (const end of [lines, socket]) end.on("error", reject);
  socket.on("timeout", () => socket.destroy());
  socket.on("close", () => reject(new Error("the guest did not answer")));
  return promise;
}

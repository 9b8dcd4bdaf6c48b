import { createInterface } from "node:readline";

type Input = NodeJS.ReadStream;

/**
 * Reads lines that nobody shall see: from a terminal without echo, or from a pipe line by line.
 *
 * @param prompt where a terminal's prompt is written.
 */
export function secretReader(input: Input, prompt: (text: string) => void): (text: string) => Promise<string> {
  let lines: AsyncIterator<string> | undefined;
  return async (text) => {
    if (input.isTTY)
      return await withoutEcho(
        input,
        () => prompt(text),
        () => prompt("\n"),
      );
    lines ??= createInterface({ input })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    return done === true ? "" : value;
  };
}

/** One line in raw mode; Ctrl-C and Ctrl-D give up. */
async function withoutEcho(input: Input, begin: () => void, end: () => void): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let typed = "";
  const take = (chunk: Buffer) => {
    for (const letter of chunk.toString()) {
      if (letter === "\r" || letter === "\n") return resolve(typed);
      if (letter === "\u0003" || letter === "\u0004") return resolve("");
      typed = letter === "\u007f" ? typed.slice(0, -1) : typed + letter;
    }
  };
  begin();
  input.setRawMode(true);
  input.on("data", take);
  input.resume();
  try {
    return await promise;
  } finally {
    input.off("data", take);
    input.setRawMode(false);
    input.pause();
    end();
  }
}

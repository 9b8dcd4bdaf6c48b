import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** What the guest asks of the hands outside, by lines of JSON over a virtio port of its own: one at a time, each answered. */
export type CardInHand = "pace" | "bac" | "cloned" | "other" | "leaves-at-12" | "leaves-at-40";

export type HandRequest =
  | { readonly do: "tell" }
  | { readonly do: "insert"; readonly card: CardInHand }
  | { readonly do: "remove" }
  | { readonly do: "unplug-reader" }
  | { readonly do: "plug-reader" };

/** Of the person whose card the hands hold. */
export type CardFacts = {
  /** The authority's certificate, DER in base64. */
  readonly csca: string;
  readonly documentNumber: string;
  readonly birthDate: string;
  readonly expiryDate: string;
};

export type HandAnswer = { readonly done: true; readonly facts?: CardFacts } | { readonly error: string };

/** Waits for the guest's requests at `path`, to which QEMU connects. */
export class Hands {
  readonly path: string;
  readonly #server: Server;
  #socket: Socket | undefined;

  constructor(path: string, work: (request: HandRequest) => Promise<CardFacts | undefined>) {
    this.path = path;
    this.#server = createServer((socket) => {
      this.#socket = socket;
      socket.on("error", () => socket.destroy());
      createInterface({ input: socket }).on("line", (line) => void answer(socket, line, work));
    }).listen(path);
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }
}

async function answer(
  socket: Socket,
  line: string,
  work: (request: HandRequest) => Promise<CardFacts | undefined>,
): Promise<void> {
  const say = (said: HandAnswer) => socket.write(`${JSON.stringify(said)}\n`);
  try {
    const facts = await work(JSON.parse(line));
    say({ done: true, ...(facts !== undefined && { facts }) });
  } catch (error) {
    say({ error: error instanceof Error ? error.message : String(error) });
  }
}

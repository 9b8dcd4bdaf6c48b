/**
 * Runs inside the machine under test, on its own Node, without packages: does what comes as a line of JSON over a virtio port
 * and answers with a line. It is laid down for the test alone and is part of no package.
 */
import { spawn } from "node:child_process";
import { createReadStream, createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

type Order =
  | { readonly id: number; readonly run: string; readonly within: number }
  | { readonly id: number; readonly put: string; readonly base64: string; readonly mode: number };

const PORT = "/dev/virtio-ports/ventanilla.bench";
const out = createWriteStream(PORT);
const answer = (value: unknown) => void out.write(`${JSON.stringify(value)}\n`);

createInterface({ input: createReadStream(PORT) }).on("line", (line) => {
  const order = JSON.parse(line) as Order;
  if ("put" in order) {
    mkdirSync(dirname(order.put), { recursive: true });
    writeFileSync(order.put, Buffer.from(order.base64, "base64"), { mode: order.mode });
    answer({ id: order.id, status: 0, output: "" });
    return;
  }
  const child = spawn("/bin/sh", ["-c", order.run], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: order.within,
    killSignal: "SIGKILL",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  child.on("close", (status, signal) => answer({ id: order.id, status: status ?? signal, output }));
});
answer({ id: 0, status: 0, output: "here" });

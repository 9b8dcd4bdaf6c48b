import { toLatin1 } from "../../base/bytes/bytes.ts";
import { Subject } from "../../base/observable.ts";
import type { Json, OperatorAction, SimulatedDevice } from "../operator.ts";
import { personWithRun, SYNTHETIC_PEOPLE } from "../people.ts";
import { PtyWire } from "../wire/pty.ts";
import type { Wire } from "../wire/wire.ts";
import { CARD_VARIANTS, type CardVariant, cardMrz, cardQr } from "./cards.ts";

export type CodeReaderSimulatorOptions = {
  readonly id: string;
  /** Where the device file appears. */
  readonly path: string;
  /** What the scanner is set to send after each code. */
  readonly terminator?: "\r" | "\n" | "\r\n";
  /** Instead of a pseudo-terminal at `path`. */
  readonly wire?: Wire;
};

export type CodeReaderSimulator = SimulatedDevice & {
  /** What every operator action ends in: bytes on the wire, without terminator. */
  readonly send: (bytes: Uint8Array) => Promise<void>;
};

const RUNS: readonly string[] = SYNTHETIC_PEOPLE.map(({ run }) => run);
const RUN = { kind: "choice", choices: RUNS, initial: "12345678-5" } as const;

/** A scanner on a serial line. It sends codes whether anybody reads or not, and takes no commands: that is how they are. */
export function createCodeReaderSimulator(options: CodeReaderSimulatorOptions): CodeReaderSimulator {
  const { id, path, terminator = "\r", wire = new PtyWire(path) } = options;
  const state = new Subject({ plugged: false, codes: 0, last: "" });
  const send = (bytes: Uint8Array) => wire.write(bytes);
  const plug = () => {
    wire.plug();
    state.set({ ...state.value, plugged: true });
  };
  const unplug = () => {
    wire.unplug();
    state.set({ ...state.value, plugged: false });
  };
  const scan = async (lines: readonly string[]) => {
    const { codes, plugged } = state.value;
    state.set({ plugged, codes: codes + 1, last: lines.join(" ") });
    await send(toLatin1(lines.map((line) => line + terminator).join("")));
  };

  const actions: { readonly [name: string]: OperatorAction } = {
    "present-card": {
      label: { es: "Presentar cédula", en: "Present card" },
      parameters: { run: RUN, variant: { kind: "choice", choices: CARD_VARIANTS, initial: "as-issued" } },
      run: ({ run, variant }) => scan([cardQr(person(run), cardVariant(variant))]),
    },
    "scan-text": {
      label: { es: "Leer un texto", en: "Scan text" },
      parameters: { text: { kind: "text", initial: "https://example.org/" } },
      run: ({ text }) => scan([textOf(text)]),
    },
    "scan-mrz": {
      label: { es: "Leer la zona MRZ", en: "Scan the MRZ" },
      parameters: { run: RUN },
      run: ({ run }) => scan(cardMrz(person(run).run)),
    },
    garbage: {
      label: { es: "Enviar ruido", en: "Send noise" },
      run: () => send(Uint8Array.of(0x00, 0xff, 0x1b, 0x80, 0x41, 0x7f, 0x0d)),
    },
    "half-code": {
      label: { es: "Cortar un código a la mitad", en: "Break a code off half way" },
      parameters: { run: RUN },
      run: ({ run }) => {
        const code = cardQr(person(run));
        return send(toLatin1(code.slice(0, Math.floor(code.length / 2))));
      },
    },
    unplug: { label: { es: "Desenchufar", en: "Unplug" }, run: unplug },
    plug: { label: { es: "Enchufar", en: "Plug in" }, run: plug },
  };

  return {
    id,
    kind: "code-reader",
    model: "serial-scanner",
    port: path,
    actions,
    state,
    send,
    start: async () => plug(),
    stop: async () => unplug(),
  };
}

function person(run: Json | undefined) {
  const chosen = run ?? RUN.initial;
  if (typeof chosen !== "string" || !RUNS.includes(chosen))
    throw new Error(`run: one of ${RUNS.join(", ")}, not ${JSON.stringify(run)}`);
  return personWithRun(chosen);
}

function cardVariant(variant: Json | undefined): CardVariant {
  const chosen = CARD_VARIANTS.find((candidate) => candidate === (variant ?? "as-issued"));
  if (chosen === undefined)
    throw new Error(`variant: one of ${CARD_VARIANTS.join(", ")}, not ${JSON.stringify(variant)}`);
  return chosen;
}

function textOf(text: Json | undefined): string {
  if (typeof text !== "string" || text === "") throw new Error("text: what the code says; it must not be empty");
  return text;
}

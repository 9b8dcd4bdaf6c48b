import type { PAYMENT_PROMPTS } from "../../../../base/contracts/view.ts";
import { Picture } from "./picture.tsx";

type Prompt = (typeof PAYMENT_PROMPTS)[number];

/** What the hand does at the terminal; `wait` when it does nothing. */
const ACT: Record<Prompt, "card" | "keys" | "pin" | "wait"> = {
  connecting: "wait",
  "present-card": "card",
  "confirm-amount": "keys",
  "choose-instalments": "keys",
  "enter-pin": "pin",
  sending: "wait",
  "choose-card-type": "keys",
  "operate-card": "card",
  "choose-account": "keys",
  working: "wait",
  resolving: "wait",
};

const KEYS = [0, 1, 2, 3].flatMap((row) =>
  [0, 1, 2].map((column) => ({ x: 95 + column * 18, y: 84 + row * 15, row, column })),
);

/** The payment terminal beside the screen, and what to do at it. */
export function PaymentPicture({ prompt }: { readonly prompt: Prompt }) {
  const act = ACT[prompt];
  return (
    <Picture name={`payment picture--${act}`} key={act}>
      <rect class="p-body" x="80" y="6" width="80" height="148" rx="12" />
      <rect class="p-screen" x="90" y="18" width="60" height="50" rx="5" />
      {act === "pin" && <path class="p-dots" d="M103 43h.1M114.500 43h.1M126 43h.1M137.500 43h.1" />}
      {act === "keys" && <path class="p-mark" d="M106 43l10 10 18-19" />}
      {act === "card" && (
        <path class="p-waves" d="M112 34a13 13 0 0 1 0 18M120 29a21 21 0 0 1 0 28M128 24a29 29 0 0 1 0 38" />
      )}
      {act === "wait" && <path class="p-dots p-dots--wait" d="M106 43h.1M120 43h.1M134 43h.1" />}
      {KEYS.map(({ x, y, row, column }) => (
        <rect
          key={`${row}${column}`}
          class={keyClass(act, row, column)}
          x={x}
          y={y}
          width="14"
          height="10"
          rx="2.500"
        />
      ))}
      {act === "card" && (
        <g class="p-card">
          <rect class="p-bank" x="170" y="40" width="62" height="40" rx="5" />
          <rect class="p-chip" x="178" y="52" width="13" height="11" rx="2" />
          <path class="p-paper" d="M178 69h34v4h-34z" />
        </g>
      )}
      {act === "pin" && (
        <path
          class="p-hand"
          d="M240 66c-30-6-54-8-72-4l-58 4a8 8 0 0 0 1 16l42 1-52 2a8 8 0 0 0 0 16l52 1-46 4a8 8 0 0 0 1 16l46-1-34 5a8 8 0 0 0 2 16l54-4c22 2 44 0 64-6z"
        />
      )}
    </Picture>
  );
}

function keyClass(act: string, row: number, column: number): string {
  if (act === "keys" && row === 3 && column === 2) return "p-key p-key--go";
  return act === "pin" ? "p-key p-key--pin" : "p-key";
}

import type { FINGER_HANDS } from "../../../../base/contracts/view.ts";
import { Picture } from "./picture.tsx";

/** A thumb above the glass of the fingerprint reader, or on it. */
export function FingerOnGlass({ hand }: { readonly hand: (typeof FINGER_HANDS)[number] }) {
  const act = hand === "hold" ? "finger-held" : hand === "lay" ? "finger-laid" : "finger-lifted";
  return (
    <Picture name={`finger picture--${act}`} key={act}>
      <path class="p-line" d="M14 150h212" />
      <path class="p-body" d="M52 112h136a12 12 0 0 1 12 12v26H40v-26a12 12 0 0 1 12-12z" />
      <rect class="p-screen" x="84" y="104" width="72" height="14" rx="5" />
      <g class="p-finger">
        <path class="p-hand" d="M120 92a30 30 0 0 1-30-30V0h60v62a30 30 0 0 1-30 30z" />
        <path class="p-ridges" d="M106 66a14 14 0 0 1 28 0M98 66a22 22 0 0 1 44 0M114 68a6 6 0 0 1 12 0" />
      </g>
    </Picture>
  );
}

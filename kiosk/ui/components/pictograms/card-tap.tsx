import { Picture } from "./picture.tsx";

/** The identity card lies flat on the chip card reader; `reading`: it stays there. */
export function CardTap({ reading }: { readonly reading: boolean }) {
  const act = reading ? "hold" : "tap";
  return (
    <Picture name={`card-tap picture--${act}`} key={act}>
      <path class="p-line" d="M14 150h212" />
      <path class="p-body" d="M42 118h156a10 10 0 0 1 10 10v22H32v-22a10 10 0 0 1 10-10z" />
      <path class="p-dark" d="M60 130h120v8H60z" />
      <path class="p-waves" d="M104 106a22 22 0 0 1 32 0M92 96a38 38 0 0 1 56 0M80 86a54 54 0 0 1 80 0" />
      <g class="p-card">
        <rect class="p-paper p-edge" x="58" y="12" width="124" height="62" rx="8" />
        <path class="p-flag-blue" d="M58 20a8 8 0 0 1 8-8h38v10H58z" />
        <path class="p-flag-red" d="M104 12h70a8 8 0 0 1 8 8v2h-78z" />
        <rect class="p-screen" x="68" y="30" width="26" height="34" rx="3" />
        <path class="p-ink" d="M104 32h42v6h-42zM104 45h30v5h-30zM104 57h36v5h-36z" />
        <rect class="p-chip" x="152" y="42" width="20" height="16" rx="3" />
      </g>
    </Picture>
  );
}

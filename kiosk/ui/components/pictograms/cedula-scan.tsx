import { Picture } from "./picture.tsx";

/** The identity card goes under the reader's light, code side up. */
export function CedulaScan() {
  return (
    <Picture name="cedula-scan">
      <path class="p-body" d="M58 12h124a10 10 0 0 1 10 10v26H48V22a10 10 0 0 1 10-10z" />
      <rect class="p-dark" x="78" y="40" width="84" height="10" rx="5" />
      <path class="p-light" d="M84 50h72l34 84H50z" />
      <path class="p-line" d="M38 148h164" />
      <g class="p-card">
        <rect class="p-paper" x="66" y="84" width="108" height="58" rx="7" />
        <path class="p-flag-blue" d="M66 91a7 7 0 0 1 7-7h34v9H66z" />
        <path class="p-flag-red" d="M107 84h60a7 7 0 0 1 7 7v2h-67z" />
        <path class="p-ink" d="M76 102h34v6H76zM76 114h26v5H76zM76 125h34v5H76z" />
        <path
          class="p-dark"
          d="M128 100h14v14h-14zM148 100h14v14h-14zM128 120h14v14h-14zM150 122h5v5h-5zM157 129h5v5h-5z"
        />
        <path class="p-paper" d="M132 104h6v6h-6zM152 104h6v6h-6zM132 124h6v6h-6z" />
      </g>
    </Picture>
  );
}

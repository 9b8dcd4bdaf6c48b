import type { SCANNER_STATES } from "../../../../base/contracts/view.ts";
import { Picture } from "./picture.tsx";

/** A sheet with its writing upwards before the mouth of the scanner, or in it. */
export function PaperScan({ state }: { readonly state: (typeof SCANNER_STATES)[number] }) {
  return (
    <Picture name={`paper picture--paper-${state}`} key={state}>
      <clipPath id="scanner-mouth">
        <path d="M0 0h240v104H0z" />
      </clipPath>
      <g clip-path="url(#scanner-mouth)">
        <g class="p-sheet">
          <path class="p-paper p-edge" d="M76 4h88v112H76z" />
          <path class="p-flag-blue" d="M88 16h24v5H88z" />
          <path class="p-flag-red" d="M112 16h40v5h-40z" />
          <path class="p-ink" d="M88 32h64v5H88zM88 44h64v5H88zM88 56h44v5H88zM88 68h64v5H88zM88 80h64v5H88z" />
        </g>
      </g>
      <path
        class="p-body"
        d="M44 96h152a14 14 0 0 1 14 14v32a10 10 0 0 1-10 10H40a10 10 0 0 1-10-10v-32a14 14 0 0 1 14-14z"
      />
      <rect class="p-dark" x="64" y="98" width="112" height="10" rx="5" />
      <rect class="p-light" x="64" y="122" width="112" height="8" rx="4" />
    </Picture>
  );
}

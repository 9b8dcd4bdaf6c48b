import type { DeviceKind } from "../../../../base/contracts/device-status.ts";

/** Line drawings of the devices, in the colour of the text. Decoration: the device's name stands beside them. */
export function DevicePicture({ kind }: { readonly kind: DeviceKind }) {
  return (
    <svg class="picture" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      {PICTURES[kind]}
    </svg>
  );
}

const PICTURES = {
  "payment-terminal": (
    <>
      <rect class="picture__body" x="17" y="5" width="30" height="50" rx="5" />
      <rect class="picture__screen" x="22" y="11" width="20" height="12" rx="1.5" />
      <path d="M23.5 30h3M30.5 30h3M37.5 30h3M23.5 36h3M30.5 36h3M37.5 36h3M23.5 42h3M30.5 42h3M37.5 42h3" />
      <path class="picture__accent" d="M21 49h22M24 55v6h16v-6" />
    </>
  ),
  "receipt-printer": (
    <>
      <path class="picture__paper" d="M19 30V5l4 2.5L27.300 5l4.300 2.500L36 5l4.500 2.500L45 5v25" />
      <path d="M25 13h14M25 18h14M25 23h8" />
      <rect class="picture__body" x="9" y="28" width="46" height="27" rx="4" />
      <path class="picture__accent" d="M16 34h32" />
      <path d="M16 55v4M48 55v4M44 44h4" />
    </>
  ),
  "code-reader": (
    <>
      <path class="picture__body" d="M10 8h44a3 3 0 0 1 3 3v15a3 3 0 0 1-3 3H10a3 3 0 0 1-3-3V11a3 3 0 0 1 3-3z" />
      <path class="picture__screen" d="M17 14h30v9H17z" />
      <path class="picture__accent" d="M20 34 13 50M44 34l7 16M32 34v10" />
      <path d="M22 48h4v4h-4zM38 48h4v4h-4zM22 57h4M30 48v4M30 57h4M38 57h4M30 52h4" />
    </>
  ),
} as const;

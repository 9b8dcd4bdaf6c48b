import { Picture } from "./picture.tsx";

/** Where the RUN stands on the front of the identity card. */
export function RunOnCard() {
  return (
    <Picture name="run-on-card">
      <rect class="p-paper p-edge" x="22" y="12" width="196" height="124" rx="12" />
      <path class="p-flag-blue" d="M22 24a12 12 0 0 1 12-12h56v16H22z" />
      <path class="p-flag-red" d="M90 12h116a12 12 0 0 1 12 12v4H90z" />
      <rect class="p-screen" x="36" y="42" width="50" height="60" rx="4" />
      <circle class="p-bank" cx="61" cy="64" r="11" />
      <path class="p-bank" d="M41 102c0-15 9-22 20-22s20 7 20 22z" />
      <path class="p-ink" d="M100 44h62v7h-62zM100 60h88v6h-88zM100 74h50v6h-50zM100 90h74v6h-74z" />
      <rect class="p-ring" x="30" y="108" width="98" height="22" rx="11" />
      <path class="p-dark" d="M42 115h14v8H42zM62 115h52v8H62z" />
    </Picture>
  );
}

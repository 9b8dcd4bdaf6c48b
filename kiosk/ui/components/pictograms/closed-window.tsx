import { Picture } from "./picture.tsx";

/** A service window with its blind down. */
export function ClosedWindow() {
  return (
    <Picture name="closed-window">
      <rect class="p-body" x="50" y="14" width="140" height="112" rx="8" />
      <rect class="p-paper" x="60" y="24" width="120" height="92" rx="3" />
      <path class="p-blind" d="M60 34h120M60 47h120M60 60h120M60 73h120M60 86h120M60 99h120" />
      <path class="p-line" d="M120 99v12M34 134h172" />
      <circle class="p-chip" cx="120" cy="113" r="4" />
    </Picture>
  );
}

import { Picture } from "./picture.tsx";

/** The paper comes out of its mouth. */
export function TicketMouth() {
  return (
    <Picture name="ticket-mouth">
      <rect class="p-body" x="40" y="8" width="160" height="56" rx="12" />
      <rect class="p-dark" x="70" y="38" width="100" height="12" rx="6" />
      <clipPath id="mouth">
        <path d="M60 45h120v120H60z" />
      </clipPath>
      <g clip-path="url(#mouth)">
        <g class="p-ticket">
          <path class="p-paper" d="M82 20h76v128l-9.500-7-9.500 7-9.500-7-9.500 7-9.500-7-9.500 7-9.500-7-9.500 7z" />
          <path class="p-flag-blue" d="M92 60h20v5H92z" />
          <path class="p-flag-red" d="M112 60h36v5h-36z" />
          <path class="p-ink" d="M92 74h56v5H92zM92 86h40v5H92zM92 98h56v5H92z" />
          <path
            class="p-dark"
            d="M92 112h16v16H92zM114 112h6v6h-6zM122 120h8v8h-8zM136 112h12v5h-12zM136 122h6v6h-6z"
          />
        </g>
      </g>
    </Picture>
  );
}

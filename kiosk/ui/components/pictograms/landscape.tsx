import "./landscape.css";

/** The attract screen's ground: cordillera, lake and shore, from our own pen. Still, so that nothing distracts who waits nearby. */
export function Landscape() {
  return (
    <svg class="landscape" viewBox="0 0 1080 760" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
      <circle cx="860" cy="150" r="52" fill="#fff" opacity=".85" />
      <path d="M0 420 150 270l90 70 170-200 120 150 90-90 180 210 110-110 170 150v310H0z" fill="#4d93cf" />
      <path d="M410 140l-74 87 44 26 26-22 36 34 30-30 30 12z" fill="#fff" />
      <path d="M620 200l-46 46 40 20 22-16 30 24 12-12z" fill="#fff" />
      <path d="M0 520l190-130 150 90 200-150 210 160 150-90 180 120v280H0z" fill="#1d6fb8" />
      <path d="M0 560c180-40 360-40 540 0s360 40 540 0v200H0z" fill="#0a4a82" />
      <path d="M0 640c200-36 380-30 560 4s340 36 520 6v110H0z" fill="#001c41" />
      <path
        d="M120 640h8v-70h-8zM84 590c22-8 58-8 80 0-6-16-24-26-40-26s-34 10-40 26zM92 566c18-7 46-7 64 0-5-14-18-22-32-22s-27 8-32 22z"
        fill="#001c41"
      />
      <path
        d="M182 650h6v-50h-6zM158 614c16-6 38-6 54 0-4-12-15-19-27-19s-23 7-27 19zM164 597c12-5 30-5 42 0-3-10-12-15-21-15s-18 5-21 15z"
        fill="#001c41"
      />
    </svg>
  );
}

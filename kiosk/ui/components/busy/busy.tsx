import "./busy.css";

/** The sign that the kiosk is at work. It moves for as long as the work lasts: stopped, it would say that the kiosk hangs. */
export function Busy() {
  return (
    <div class="busy" aria-hidden="true">
      <span />
      <span />
      <span />
    </div>
  );
}

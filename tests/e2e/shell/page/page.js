// The smallest client of the bridge: it shows what it is told and sends one intent.
window.received = [];
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.effectiveDirective));
let version = 0;
window.unsubscribe = window.ventanilla.onMessage((message) => {
  window.received.push(message);
  if (message.type === "view") {
    version = message.view.version;
    document.querySelector("#title").textContent = message.view.screen.title.text;
  }
  document.querySelector("#link").textContent = message.type === "lost" ? "lost" : "connected";
});
document.querySelector("#start").addEventListener("click", () => {
  window.ventanilla.send({ type: "intent", id: crypto.randomUUID(), view: version, intent: { type: "START" } });
});

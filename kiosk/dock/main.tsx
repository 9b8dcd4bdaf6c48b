import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type DockDevice, links, watchDevices } from "./api.ts";
import { DeviceCard, type Language } from "./device-card.tsx";

const TEXTS = {
  es: {
    title: "Dock de demostración",
    lead: "Usted es la mano: presente la cédula, rompa el papel, corte la línea.",
    away: "Sin conexión con los simuladores.",
    open: "Abrir",
  },
  en: {
    title: "Demonstration dock",
    lead: "You are the hand: present the card, tear the paper, cut the line.",
    away: "No connection to the simulators.",
    open: "Open",
  },
} as const;

function Dock() {
  const [devices, setDevices] = useState<ReadonlyMap<string, DockDevice>>(new Map());
  const [addresses, setAddresses] = useState<Record<string, string>>({});
  const [connected, setConnected] = useState(true);
  const [language, setLanguage] = useState<Language>("es");
  const texts = TEXTS[language];

  useEffect(() => {
    watchDevices((device) => setDevices((known) => new Map(known).set(device.id, device)), setConnected);
    void links().then(setAddresses);
  }, []);

  return (
    <>
      <header>
        <h1>{texts.title}</h1>
        <p>{texts.lead}</p>
        <nav>
          {Object.entries(addresses).map(([name, url]) => (
            <a key={name} href={url} target="_blank" rel="noreferrer">
              {texts.open} {name}
            </a>
          ))}
          <button type="button" onClick={() => setLanguage(language === "es" ? "en" : "es")}>
            {language === "es" ? "English" : "Español"}
          </button>
        </nav>
        {!connected && <p role="alert">{texts.away}</p>}
      </header>
      <main>
        {[...devices.values()].map((device) => (
          <DeviceCard key={device.id} device={device} language={language} />
        ))}
      </main>
    </>
  );
}

const place = document.getElementById("dock");
if (place !== null) render(<Dock />, place);

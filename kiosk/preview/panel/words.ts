import { type Told, told } from "../../../base/told.ts";

/** What the panel says itself. */
export const WORDS = {
  well: told("Nothing is wrong with this service.", "Este servicio está bien."),
  one: told("One thing is wrong", "Hay una cosa que corregir"),
  several: told("things are wrong", "cosas por corregir"),
  stale: told("The screen shows the service as it was before.", "La pantalla muestra el servicio como estaba antes."),
  way: told("The shortest way there", "El camino más corto hasta ahí"),
  goThere: told("Go there", "Ir ahí"),
  goTo: told("Go to a state", "Ir a un estado"),
  page: told("page", "página"),
  pages: told("pages", "páginas"),
  after: told("after", "después de"),
  happens: told("What happens now", "Qué pasa ahora"),
  nobody: told(
    "Nobody is in the service. Press “From the start”, or choose a state below.",
    "No hay nadie en el servicio. Apriete «Desde el comienzo», o elija un estado abajo.",
  ),
  here: told(
    "The citizen acts on the screen itself. Here:",
    "Lo que hace la persona se hace en la misma pantalla. Aquí:",
  ),
  screen: told("The kiosk's screen", "La pantalla del tótem"),
  none: told("No service yet", "Todavía no hay un servicio"),
  ended: told("The preview has ended. Start it again:", "La vista previa terminó. Comiéncela de nuevo:"),
  who: told("Who stands here", "Quién está aquí"),
  person: told("Person", "Persona"),
  language: told("Language", "Idioma"),
  again: told("From the start", "Desde el comienzo"),
} satisfies { readonly [word: string]: Told };

/** Kinds of field that a kiosk does not ask: why, and what an author does instead. */
export const REFUSED: { readonly [type: string]: readonly [what: string, remedy: string] } = {
  javascript: ["a kiosk runs no program that comes with a form", "See what it did, and do it with decide."],
  maps: ["nobody marks a place on a map at a kiosk", "Ask for the address."],
  file: ["nobody has files at a kiosk", "Let the institution ask for it later, or leave the process to the counter."],
  file_s3: [
    "nobody has files at a kiosk",
    "Let the institution ask for it later, or leave the process to the counter.",
  ],
  password: ["a kiosk asks for no passwords", "Identify people by their ID card or by ClaveÚnica."],
  grid: ["a table is not filled in on a kiosk", "Ask its columns one by one, for one row."],
  grid_datos_externos: ["a table is not filled in on a kiosk", "Ask its columns one by one, for one row."],
  btn_asincrono: ["SIMPLE calls another system while the form is filled in", "Do it by a look-up."],
  agenda: ["an appointment is made with SIMPLE's own calendar", "Use the step that takes appointments."],
  provincias: ["the list of provinces comes from another system", "Ask for the address."],
  paises: ["the list of countries is SIMPLE's own", "Write the countries that matter as the options of choose."],
  moneda: ["it is a list of currencies, not an amount", "Write the currencies that matter as the options of choose."],
  instituciones_gob: ["the list of institutions comes from another system", "Write those that matter as options."],
};

// Spanish. The account is what acts ("la cuenta"), so that nothing is said of anybody's gender.
#include "processors/core/wording.h"

namespace pairwatch {

const Words& spanish_words() {
  static constexpr Words kWords = {
      .months = {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
                 "diciembre"},
      .date = "{day} de {month} de {year}, {clock} UTC",
      .second = {"{n} segundo", "{n} segundos"},
      .minute = {"{n} minuto", "{n} minutos"},
      .hour = {"{n} hora", "{n} horas"},
      .day = {"{n} día", "{n} días"},
      .week = {"{n} semana", "{n} semanas"},
      .month = {"{n} mes", "{n} meses"},
      .within = "En {span}",
      .over = "A lo largo de {span}",
      .thousands = '.',
      .decimals = ',',
      .conjunction = " y ",
      .before_i = " e ",
      .accounts = {"una cuenta de edad desconocida", "una cuenta de menos de 13 años", "una cuenta de 13 a 15 años",
                   "una cuenta de 16 a 17 años", "una cuenta adulta"},
      .stages = {"otro comportamiento", "el acercamiento de alguien desconocido", "ganar confianza", "dar regalos",
                 "apartarse de la vista", "imágenes, llamadas, un encuentro o contenido sexual", "presión"},
      .due = {"una mirada", "una mirada", "la revisión de una persona", "la atención inmediata de una persona"},
      .dismissal =
          "Un moderador desestimó este caso el {decided}. El caso se cierra; hasta el {until} solo algo urgente y nuevo "
          "abre otro, y los comportamientos que lo formaban pesan menos desde ahora.",
      .confirmation = "Un moderador confirmó este caso el {decided}. Sigue abierto",
      .faded =
          "No se ha visto nada nuevo de este caso desde el {since}, y lo que hubo se ha desvanecido. El caso se cierra; lo que "
          "venga desde ahora puede abrir otro.",
      .forgotten =
          "No se ha visto nada nuevo de este caso desde el {since}, y lo que hubo queda demasiado lejos para decir más. El "
          "caso se cierra; lo que venga desde ahora puede abrir otro.",
  };
  return kWords;
}

}  // namespace pairwatch

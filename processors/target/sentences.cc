#include "processors/target/sentences.h"

namespace pairwatch::target {
namespace {

constexpr Sentences kEnglish = {
    .accounts = {{{"{n} adult account", "{n} adult accounts"},
                  {"{n} account of unknown age", "{n} accounts of unknown age"},
                  {"{n} account that says it is a minor", "{n} accounts that say they are minors"},
                  {"{n} account of a minor", "{n} accounts of minors"}}},
    .opening = {"{minor} is in contact with {n} account whose behaviour stands out ({ages}), seen from {from} on",
                "{minor} is in contact with {n} accounts whose behaviour stands out at once ({ages}), seen from {from} on"},
    .opened_within = ", within {span}",
    .reviewed = {"{n} of them has a pair case at review or above", "{n} of them have a pair case at review or above"},
    .watched = {"{n} of them has a pair case at watch", "{n} of them have a pair case at watch"},
    .confirmed = {"{n} of them was confirmed by a moderator", "{n} of them were confirmed by a moderator"},
    .unnoted = {"{n} of them would not be told on its own", "{n} of them would not be told on its own"},
    .seen = "Seen of them: {stages}",
    .introduced = {"{n} of them came later than the first, with contacts in common",
                   "{n} of them came later than the first, with contacts in common"},
    .closing =
        "Each of these contacts alone may be ordinary; so many at once deserve {due} (score {score} of 1), which is no verdict.",
    .decided_apart = ". The pair cases that it names are decided each on its own.",
    .quiet =
        "Since {since} there were no several accounts at once whose behaviour stands out. The case stands down; what comes from "
        "now on may open another.",
    .stood_down =
        "The pair cases that this case was made of have stood down, and what is left are not several accounts at once. It "
        "stands down with them; what comes from now on may open another.",
};

constexpr Sentences kSpanish = {
    .accounts = {{{"{n} cuenta adulta", "{n} cuentas adultas"},
                  {"{n} cuenta de edad desconocida", "{n} cuentas de edad desconocida"},
                  {"{n} cuenta que dice ser de un menor", "{n} cuentas que dicen ser de menores"},
                  {"{n} cuenta de un menor", "{n} cuentas de menores"}}},
    .opening = {"{minor} está en contacto con {n} cuenta cuyo comportamiento llama la atención ({ages}), vista desde el {from}",
                "{minor} está en contacto a la vez con {n} cuentas cuyo comportamiento llama la atención ({ages}), vistas desde el "
                "{from}"},
    .opened_within = ", en {span}",
    .reviewed = {"{n} de ellas tiene un caso de par en revisión o por encima",
                 "{n} de ellas tienen un caso de par en revisión o por encima"},
    .watched = {"{n} de ellas tiene un caso de par en observación", "{n} de ellas tienen un caso de par en observación"},
    .confirmed = {"{n} de ellas tiene el caso confirmado por un moderador",
                  "{n} de ellas tienen el caso confirmado por un moderador"},
    .unnoted = {"{n} de ellas no se señalaría por sí sola", "{n} de ellas no se señalarían por sí solas"},
    .seen = "Se ha visto de ellas: {stages}",
    .introduced = {"{n} de ellas llegó después de la primera, con contactos en común",
                   "{n} de ellas llegaron después de la primera, con contactos en común"},
    .closing =
        "Cada uno de estos contactos por sí solo puede ser habitual; tantos a la vez merecen {due} (puntuación {score} de 1), lo "
        "que no es un veredicto.",
    .decided_apart = ". Los casos de par que nombra se deciden cada uno por separado.",
    .quiet =
        "Desde el {since} no ha habido varias cuentas a la vez cuyo comportamiento llame la atención. El caso se cierra; lo que "
        "venga desde ahora puede abrir otro.",
    .stood_down =
        "Los casos de par que formaban este caso se han cerrado, y lo que queda no son varias cuentas a la vez. Este se "
        "cierra con ellos; lo que venga desde ahora puede abrir otro.",
};

}  // namespace

const Sentences& sentences(Language language) {
  switch (language) {
    case Language::kEnglish: return kEnglish;
    case Language::kSpanish: return kSpanish;
  }
  return kEnglish;
}

}  // namespace pairwatch::target

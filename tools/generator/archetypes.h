// The archetypes: risky relations as the sources describe them, in neutral words and label scores, and ordinary ones that look like
// them at a glance and are nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "tools/generator/script.h"
#include "tools/generator/story.h"

namespace pairwatch::generator {

struct Archetype {
  std::string_view name;  ///< as in labels, for instance `gift_groomer`
  std::string_view says;  ///< one line, for --help and documents
  Duration length;        ///< how long it takes, about
  void (*write)(Story&, Script&);
  /// What is left of it without any text: what it consists of (its words cannot be hidden, there are none), what can be seen, or
  /// nothing that anybody could see (then it is never told without text).
  enum class Without : std::uint8_t { kIsWordless, kShows, kIsSilent } without_text = Without::kIsSilent;
};

std::span<const Archetype> risky_archetypes();
std::span<const Archetype> ordinary_archetypes();

/// Among both.
const Archetype* find_archetype(std::string_view name);
bool is_risky(const Archetype& archetype);

std::string_view evasion_name(Evasion evasion);

/// An evasion that changes something in that archetype.
Evasion any_evasion(const Archetype& archetype, Random& random);

/// Writes one out. Costs about 100 bytes an act, at most some thousand acts.
Story make_story(const Archetype& archetype, Evasion evasion, Random& random);

/// A minor of any band, three in four self-declared.
Age any_minor(Random& random);

// The families; each function is a row of the table in archetypes.cc.
void write_gift_groomer(Story& story, Script& script);
void write_slow_truster(Story& story, Script& script);
void write_ten_weeks(Story& story, Script& script);
void write_message_flood(Story& story, Script& script);
void write_isolator(Story& story, Script& script);
void write_paid_offer(Story& story, Script& script);
void write_meeting(Story& story, Script& script);

void write_fast_solicitor(Story& story, Script& script);
void write_seconds_solicitor(Story& story, Script& script);
void write_public_to_private(Story& story, Script& script);
void write_ten_minutes(Story& story, Script& script);
void write_dares(Story& story, Script& script);
void write_sextortion(Story& story, Script& script);
void write_blackmailer(Story& story, Script& script);
void write_controller(Story& story, Script& script);

void write_scattergun(Story& story, Script& script);
void write_peer_impersonation(Story& story, Script& script);
void write_recontact(Story& story, Script& script);
void write_ban_evader(Story& story, Script& script);
void write_circle(Story& story, Script& script);
void write_no_text(Story& story, Script& script);
void write_no_text_calls(Story& story, Script& script);

void write_family(Story& story, Script& script);
void write_family_unflagged(Story& story, Script& script);
void write_teacher(Story& story, Script& script);
void write_neighbour(Story& story, Script& script);
void write_coach_group(Story& story, Script& script);
void write_streamer(Story& story, Script& script);
void write_game_friend(Story& story, Script& script);
void write_language_partner(Story& story, Script& script);
void write_young_fan(Story& story, Script& script);
void write_trader(Story& story, Script& script);
void write_guild(Story& story, Script& script);
void write_support(Story& story, Script& script);
void write_birthday_secret(Story& story, Script& script);
void write_christmas_gift(Story& story, Script& script);
void write_carpool(Story& story, Script& script);
void write_tutor(Story& story, Script& script);

void write_class_chat(Story& story, Script& script);
void write_gift_friends(Story& story, Script& script);
void write_new_pupil(Story& story, Script& script);
void write_online_friends(Story& story, Script& script);
void write_first_love(Story& story, Script& script);
void write_siblings(Story& story, Script& script);
void write_noisy_classifier(Story& story, Script& script);
void write_trigger_words(Story& story, Script& script);
void write_old_friends(Story& story, Script& script);
void write_night_gamers(Story& story, Script& script);

}  // namespace pairwatch::generator

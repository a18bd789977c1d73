// What people say in stories, in eight languages. Each list is one string with `|` between its texts, so that a reviewer reads a
// behaviour in one line. Texts are written as people chat, not taken from the lexicons: some are not seen by them, as in real life.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/generator/random.h"

namespace pairwatch::generator {

enum class Saying : std::uint8_t {
  kSmallTalk,  ///< everyday talk
  kOpening,    ///< hello to somebody one does not know
  kReply,      ///< a short friendly answer
  kRefusal,    ///< a short answer that says no
  kFlattery,
  kPersonalInfo,     ///< asks for age, school, home, routines
  kRiskAssessment,   ///< asks who is near
  kOffer,            ///< fame, an agency, paid work
  kMoneyForImages,   ///< offers money for pictures
  kSecrecy,          ///< asks to keep it secret, to delete
  kExclusivity,      ///< nobody else understands; words against parents and friends
  kContactExchange,  ///< asks for a number or gives one
  kOtherApp,         ///< wants to talk elsewhere
  kImageRequest,
  kDare,         ///< dares and forfeits
  kMeeting,      ///< proposes to meet in person
  kPressure,     ///< threatens
  kFear,         ///< blame and consequences should anyone learn of it
  kMoneyDemand,  ///< money or pictures against exposure
  kFamilyTalk,   ///< what parents write
  kCoachTalk,    ///< what a coach or teacher writes
  kClassTalk,    ///< what a class writes at night
  kTradeTalk,    ///< what traders of a game write
  kGuildTalk,    ///< what a guild writes: words that sound risky elsewhere
  kSupportTalk,  ///< what staff of a platform write
  kStreamTalk,   ///< what a streamer and fans write
  kSecretTalk,   ///< innocent secrets: birthdays, presents, spoilers
  kCarpoolTalk,  ///< parents of friends: who drives whom, when practice ends
  kTutorTalk,    ///< homework help: asks for school things and pictures of worksheets
};
inline constexpr std::size_t kSayingCount = static_cast<std::size_t>(Saying::kTutorTalk) + 1;

inline constexpr std::array<std::string_view, 8> kStoryLanguages = {"en", "es", "pt", "fr", "de", "hu", "ko", "ja"};

/// How a file names it: as the signal it speaks for where there is one, for instance `secrecy_request`, `small_talk`.
std::string_view name_of(Saying saying);

/// The texts in use: those of this folder, or a file's instead.
class Sayings {
 public:
  Sayings();

  /// Lines `language<tab>behaviour<tab>text`; # begins a comment. What a file has for a behaviour in a language takes the place of
  /// all there was. Texts may have slots, as in phrases.h. Throws std::runtime_error with the line's number and the remedy.
  void read(const std::string& path);

  /// Replaces `out` with what somebody of that language says; everyday talk where the language has no words for it.
  void write(Saying saying, std::string_view language, Random& random, std::string& out) const;

 private:
  std::array<std::array<std::vector<std::string>, kSayingCount>, kStoryLanguages.size()> texts_;
};

/// One list of texts, for tests and reviewers; slots are written as in phrases.h.
struct SayingRow {
  std::string_view language;
  Saying saying;
  std::string_view texts;  ///< parted by `|`
};
std::span<const SayingRow> english_sayings();
std::span<const SayingRow> romance_sayings();  ///< Spanish, Portuguese, French
std::span<const SayingRow> further_sayings();  ///< German, Hungarian, Korean, Japanese

}  // namespace pairwatch::generator

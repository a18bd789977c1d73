#include "tools/cli/card.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <vector>

#include "processors/core/kinds.h"
#include "processors/core/signal.h"
#include "processors/core/time.h"
#include "processors/core/timestamp.h"
#include "processors/core/utf8.h"
#include "processors/core/wording.h"

namespace pairwatch::cli {
namespace {

constexpr int kLeastWidth = 70;
constexpr int kMostWidth = 100;
constexpr int kLabelColumns = 10;
constexpr int kNameColumns = 20;    // of stages and places
constexpr int kSignalColumns = 25;  // the longest there is
constexpr int kRoomyColumns = 70;   // of text: from here on there is room for long bars ...
constexpr int kWideColumns = 85;    // ... and for spans
constexpr int kIdColumns = 48;
constexpr int kNamedTargets = 8;
constexpr std::string_view kEllipsis = "\u2026";

const Wording kWording(Language::kEnglish);

constexpr std::string_view kBold = "1";
constexpr std::string_view kFaint = "2";

std::string painted(std::string_view text, std::string_view codes, const CardStyle& style) {
  if (!style.colour) return std::string(text);
  return "\x1b[" + std::string(codes) + "m" + std::string(text) + "\x1b[0m";
}

/// Words by an enumerator's number; the first stands for what is unspecified or of a newer release.
template <std::size_t N>
std::string_view word_of(int number, const std::array<std::string_view, N>& words) {
  return number > 0 && number < static_cast<int>(N) ? words[static_cast<std::size_t>(number)] : words[0];
}

constexpr std::array<std::string_view, 4> kSeverityCodes = {"1;36", "1;36", "1;33", "1;31"};
constexpr std::array<std::string_view, 4> kSeverityWords = {"SEVERITY UNKNOWN", "WATCH", "REVIEW", "URGENT"};
constexpr std::array<std::string_view, 5> kStatusWords = {"status unknown", "opened", "raised", "updated", "stood down"};
constexpr std::array<std::string_view, 5> kAgeWords = {"age unknown", "under 13", "13 to 15", "16 to 17", "adult"};
constexpr std::array<std::string_view, 4> kAssuranceWords = {"self-declared", "self-declared", "estimated", "verified"};
constexpr std::array<std::string_view, 7> kChannelWords = {"unknown place", "public room",         "group", "direct", "voice",
                                                           "video",         "outside the platform"};
static_assert(v1::Severity_MAX == 3 && v1::EscalationStatus_MAX == 4 && v1::AgeBand_MAX == 4 && v1::AgeAssurance_MAX == 3 &&
              v1::ChannelKind_MAX == 6);

std::string stage_words(v1::Stage stage) {
  if (!v1::Stage_IsValid(stage)) return "unknown";
  std::string words(stage_name(static_cast<Stage>(stage)));
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string account_words(const std::string& id, v1::AgeBand band, v1::AgeAssurance assurance) {
  std::string words = printable(id, kIdColumns) + " (" + std::string(word_of(band, kAgeWords));
  if (band != v1::AGE_BAND_UNSPECIFIED) words.append(", ").append(word_of(assurance, kAssuranceWords));
  return words + ")";
}

/// One code point, and how many columns it takes. A broken byte stands for itself.
struct Glyph {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
  int columns = 1;
  bool is_shown = true;  ///< may be printed as it is
};

/// Characters that would move the cursor, turn the line around, or hide.
bool may_be_shown(std::uint32_t code) {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
  if (code == 0xad || code == 0x061c || code == 0x180e || code == 0xfeff) return false;
  if (code >= 0x200b && code <= 0x200f) return false;
  if (code >= 0x2028 && code <= 0x202e) return false;
  if (code >= 0x2060 && code <= 0x206f) return false;
  return code < 0xe0000 || code > 0xe0fff;
}

/// East Asian wide characters and emoji, roughly: enough to keep columns.
bool is_wide(std::uint32_t code) {
  return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) || (code >= 0xac00 && code <= 0xd7a3) ||
         (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
         (code >= 0x1f300 && code <= 0x1faff) || (code >= 0x20000 && code <= 0x3fffd);
}

Glyph glyph_at(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (length > text.size() || !is_valid_utf8(text.substr(0, length))) return {lead, 1, 1, false};
  std::uint32_t code = length == 1 ? lead : lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
  return {code, length, is_wide(code) ? 2 : 1, may_be_shown(code)};
}

int columns_of(std::string_view text) {
  int columns = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Glyph glyph = glyph_at(text.substr(i));
    columns += glyph.columns;
    i += glyph.bytes;
  }
  return columns;
}

std::string hexadecimal(std::uint32_t value) {
  std::string digits;
  do {
    digits.insert(digits.begin(), "0123456789abcdef"[value & 0xf]);
    value >>= 4;
  } while (value > 0);
  return digits;
}

std::string repeated(std::string_view what, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text.append(what);
  return text;
}

std::string padded(std::string text, int columns) {
  const int missing = columns - columns_of(text);
  return missing > 0 ? text + std::string(static_cast<std::size_t>(missing), ' ') : text;
}

/// Lines of at most `columns`, broken between words where there is a place.
std::vector<std::string> wrapped(std::string_view text, int columns) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string word = printable(text.substr(0, end), columns);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (!lines.back().empty() && columns_of(lines.back()) + 1 + columns_of(word) > columns) lines.emplace_back();
    if (!lines.back().empty()) lines.back().push_back(' ');
    lines.back().append(word);
  }
  return lines;
}

/// The card as it grows: a label in the left column, lines beside it.
class Card {
 public:
  explicit Card(const CardStyle& style) : style_(style) {}

  void line(std::string_view text) { text_.append(text).push_back('\n'); }
  void row(std::string_view label, std::string_view text) {
    const std::string column = padded(std::string(label == label_ ? std::string_view{} : label), kLabelColumns);
    label_ = label;
    text_.append(painted(column, kFaint, style_)).append(text).push_back('\n');
  }
  void paragraph(std::string_view label, std::string_view text) {
    for (const std::string& line : wrapped(text, text_columns())) row(label, line);
  }
  int text_columns() const { return style_.width - kLabelColumns; }
  std::string take() { return std::move(text_); }

 private:
  const CardStyle& style_;
  std::string_view label_;
  std::string text_;
};

void head(const v1::Escalation& escalation, const CardStyle& style, Card& card) {
  const std::string severity(word_of(escalation.severity(), kSeverityWords));
  const std::string status =
      " " + std::string(word_of(escalation.status(), kStatusWords)) + ", revision " + kWording.number(escalation.revision()) + " ";
  const std::string risk = " risk " + kWording.share(std::clamp(escalation.risk(), 0.0, 1.0)) + ", priority " +
                           kWording.number(escalation.priority()) + " ";
  const int used = 5 + columns_of(severity) + columns_of(status) + columns_of(risk);
  const std::string_view rule = "\u2500";
  card.line(repeated(rule, 2) + " " + painted(severity, word_of(escalation.severity(), kSeverityCodes), style) + status +
            repeated(rule, std::max(style.width - used - 2, 2)) + painted(risk, kBold, style) + repeated(rule, 2));
}

/// What introduces them, and `m0, m1, ...`, as many as are worth naming.
void append_names(const google::protobuf::RepeatedPtrField<std::string>& ids, std::string_view introduction, std::string& text) {
  const int named = std::min(ids.size(), kNamedTargets);
  for (int i = 0; i < named; ++i) text.append(i == 0 ? introduction : ", ").append(printable(ids[i], kIdColumns));
  if (ids.size() > named) text.append(", ").append(kEllipsis);
}

void subject(const v1::Subject& subject, Card& card) {
  const std::string actor = account_words(subject.actor_id(), subject.actor_age_band(), subject.actor_age_assurance());
  const auto target = [&] { return account_words(subject.target_id(), subject.target_age_band(), subject.target_age_assurance()); };
  if (subject.kind() == v1::SUBJECT_KIND_PAIR) {
    card.paragraph("account", actor + " towards " + target());
  } else if (subject.kind() == v1::SUBJECT_KIND_ACTOR) {
    std::string reached = kWording.number(subject.distinct_targets()) + " accounts";
    append_names(subject.target_ids(), ", newest ", reached);
    card.paragraph("account", actor);
    card.paragraph("reached", reached);
  } else {
    std::string around = kWording.number(static_cast<std::uint64_t>(subject.actor_ids_size())) + " accounts";
    append_names(subject.actor_ids(), ": ", around);
    card.paragraph("account", target());
    card.paragraph("around it", around);
  }
  if (!subject.tenant().empty()) card.row("tenant", printable(subject.tenant(), card.text_columns()));
}

void stages(const v1::Escalation& escalation, Card& card) {
  const auto first_contact = event_time_of(escalation.first_contact_at());
  for (const v1::StageReached& stage : escalation.stages()) {
    std::string text = padded(stage_words(stage.stage()), kNameColumns);
    if (const auto reached = event_time_of(stage.reached_at())) {
      text += "  " + kWording.time(*reached);
      const bool has_room = card.text_columns() >= kWideColumns;
      if (has_room && first_contact && *reached > *first_contact)
        text += ", " + kWording.span(*reached - *first_contact) + " after first contact";
    }
    card.row("stages", text);
  }
}

void channels(const v1::Escalation& escalation, Card& card) {
  for (const v1::ChannelSeen& channel : escalation.channels()) {
    std::string text = padded(std::string(word_of(channel.kind(), kChannelWords)), kNameColumns);
    if (!channel.channel_id().empty())
      text += "  " + printable(channel.channel_id(), std::min(kIdColumns, card.text_columns() - kNameColumns - 2));
    card.row("channels", text);
  }
}

void evidence(const v1::Escalation& escalation, const CardStyle& style, Card& card) {
  const int bar_columns = card.text_columns() >= kRoomyColumns ? 20 : 10;
  double largest = 0;
  int longest = 0;
  for (const v1::Evidence& item : escalation.evidence()) {
    largest = std::max(largest, item.contribution());
    longest = std::max(longest, columns_of(printable(item.signal(), kSignalColumns)));
  }
  for (const v1::Evidence& item : escalation.evidence()) {
    const double share = largest > 0 ? std::clamp(item.contribution() / largest, 0.0, 1.0) : 0;
    const std::string bar = repeated("\u2588", std::max(static_cast<int>(share * bar_columns + 0.5), 1));
    std::string text = painted(padded(bar, bar_columns), word_of(escalation.severity(), kSeverityCodes), style) + "  ";
    text += kWording.share(std::clamp(item.contribution(), 0.0, 99.0)) + "  " +
            padded(printable(item.signal(), kSignalColumns), longest) + "  ";
    text += item.count() > 1 ? kWording.number(item.count()) + " times" : "once";
    card.row("evidence", text);
  }
}

std::string related_words(const v1::Escalation& escalation) {
  std::string words;
  for (const std::string& id : escalation.related_escalation_ids())
    words.append(words.empty() ? "" : " ").append(printable(id, 64));
  return words;
}

std::string rules_words(const v1::Escalation& escalation) {
  std::string words = printable(escalation.rules().version(), kIdColumns);
  if (!escalation.rules().sha256().empty()) words += " (" + printable(escalation.rules().sha256(), 12) + ")";
  const v1::SourcePosition& at = escalation.decided_at();
  if (!at.topic().empty()) {
    words += ", decided at " + printable(at.topic(), kIdColumns) + "/" + std::to_string(at.partition()) + "/" +
             std::to_string(at.offset());
  }
  return words;
}

}  // namespace

CardStyle style_of_terminal(int file_descriptor) {
  CardStyle style;
  if (::isatty(file_descriptor) != 1) return style;
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  style.colour = (no_colour == nullptr || *no_colour == '\0') && terminal != nullptr && std::string_view(terminal) != "dumb";
  winsize size{};
  if (::ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = std::clamp(static_cast<int>(size.ws_col), kLeastWidth, kMostWidth);
  }
  return style;
}

std::string printable(std::string_view text, int most) {
  std::string shown;
  int columns = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Glyph glyph = glyph_at(text.substr(i));
    std::string piece(text.substr(i, glyph.bytes));
    int width = glyph.columns;
    if (!glyph.is_shown) {
      piece = glyph.code < 0x100 ? "\\x" + hexadecimal(glyph.code >> 4) + hexadecimal(glyph.code & 0xf)
                                 : "\\u{" + hexadecimal(glyph.code) + "}";
      width = static_cast<int>(piece.size());
    }
    i += glyph.bytes;
    const int reserved = i < text.size() ? 1 : 0;  // for the ellipsis
    if (columns + width + reserved > most) return shown.append(kEllipsis);
    columns += width;
    shown += piece;
  }
  return shown;
}

std::string render_card(const v1::Escalation& escalation, const CardStyle& wanted) {
  CardStyle style = wanted;
  style.width = std::max(style.width, kLeastWidth);
  Card card(style);
  head(escalation, style, card);
  subject(escalation.subject(), card);
  if (const auto first_contact = event_time_of(escalation.first_contact_at())) card.row("contact", kWording.time(*first_contact));
  if (const auto raised = event_time_of(escalation.raised_at())) card.row("raised", kWording.time(*raised));
  stages(escalation, card);
  channels(escalation, card);
  evidence(escalation, style, card);
  card.paragraph("why", escalation.explanation());
  if (escalation.related_escalation_ids_size() > 0) card.paragraph("related", related_words(escalation));
  if (escalation.held_back_count() > 0)
    card.row("held back", kWording.number(escalation.held_back_count()) + " updates since the last revision");
  card.row("case", printable(escalation.escalation_id(), card.text_columns()));
  card.row("rules", printable(rules_words(escalation), card.text_columns()));
  return card.take();
}

}  // namespace pairwatch::cli

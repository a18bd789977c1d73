#include "processors/text_signals/contacts.h"

#include <algorithm>

#include "processors/text_signals/code_point.h"
#include "processors/text_signals/phone.h"

namespace pairwatch::text_signals {
namespace {

constexpr std::size_t kFewestPhoneDigits = 8;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z'); }
bool is_name_character(char c) { return is_alphanumeric(c) || c == '_' || c == '.'; }
bool is_host_character(char c) { return is_alphanumeric(c) || c == '-' || c == '.'; }

bool equal_ignoring_case(std::string_view text, std::string_view lower_case) {
  return text.size() == lower_case.size() &&
         std::equal(text.begin(), text.end(), lower_case.begin(), [](char a, char b) { return lower(a) == b; });
}

bool starts_ignoring_case(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() && equal_ignoring_case(text.substr(0, lower_case.size()), lower_case);
}

/// A link that adds somebody, or joins a chat, elsewhere.
struct InviteLink {
  std::string_view host;  ///< or what a host ends in
  std::string_view path;  ///< what the path starts with
  bool profile = false;   ///< the path is one name: longer ones are posts and videos, which everybody shares
};

constexpr std::array<InviteLink, 26> kInviteLinks = {{
    {"discord.gg", ""},
    {"discord.com", "invite/"},
    {"discordapp.com", "invite/"},
    {"dsc.gg", ""},
    {"t.me", ""},
    {"telegram.me", ""},
    {"wa.me", ""},
    {"chat.whatsapp.com", ""},
    {"api.whatsapp.com", ""},
    {"snapchat.com", "add/"},
    {"instagram.com", "", true},
    {"ig.me", ""},
    {"kik.me", ""},
    {"line.me", ""},
    {"lin.ee", ""},
    {"m.me", ""},
    {"vk.me", ""},
    {"vk.com", "", true},
    {"join.skype.com", ""},
    {"open.kakao.com", "o/"},
    {"qr.kakao.com", ""},
    {"signal.me", ""},
    {"signal.group", ""},
    {"tiktok.com", "@", true},
    {"invite.viber.com", ""},
    {"threema.id", ""},
}};

/// `host` and `path` are what stands before and behind a slash.
bool is_invite(const InviteLink& link, std::string_view host, std::string_view path) {
  if (host.size() < link.host.size() || !equal_ignoring_case(host.substr(host.size() - link.host.size()), link.host)) return false;
  if (host.size() > link.host.size() && host[host.size() - link.host.size() - 1] != '.') return false;
  if (!starts_ignoring_case(path, link.path)) return false;
  path.remove_prefix(link.path.size());
  const auto is_segment = [](char c) { return is_name_character(c) || c == '-' || c == '+' || c == '~'; };
  const auto end = static_cast<std::size_t>(std::find_if_not(path.begin(), path.end(), is_segment) - path.begin());
  if (end < 2) return false;
  return !link.profile || end == path.size() || path[end] != '/' || end + 1 == path.size() || !is_alphanumeric(path[end + 1]);
}

bool has_invite_link(std::string_view text) {
  constexpr std::size_t kLongestHost = 40;
  for (std::size_t slash = text.find('/'); slash != std::string_view::npos; slash = text.find('/', slash + 1)) {
    std::size_t begin = slash;
    while (begin > 0 && slash - begin < kLongestHost && is_host_character(text[begin - 1])) --begin;
    if (begin == slash) continue;
    const std::string_view host = text.substr(begin, slash - begin);
    const std::string_view path = text.substr(slash + 1, 128);
    if (std::any_of(kInviteLinks.begin(), kInviteLinks.end(), [&](const InviteLink& link) { return is_invite(link, host, path); }))
      return true;
  }
  return false;
}

/// Whether a name and a host stand around the at-sign: a mail address.
bool is_mail_address(std::string_view text, std::size_t at) {
  if (at == 0 || !(is_alphanumeric(text[at - 1]) || text[at - 1] == '_' || text[at - 1] == '-')) return false;
  std::size_t end = at + 1;
  while (end < text.size() && is_host_character(text[end])) ++end;
  const std::string_view host = text.substr(at + 1, end - at - 1);
  const std::size_t dot = host.find('.');
  return dot != std::string_view::npos && dot >= 2 && dot + 2 < host.size() && is_alphanumeric(host[dot + 1]) &&
         is_alphanumeric(host[dot + 2]);
}

/// The name behind an at-sign, empty where it is none: too short, without a letter, or a call on everybody.
std::string_view handle_behind(std::string_view text, std::size_t at) {
  if (at > 0 && is_name_character(text[at - 1])) return {};
  std::size_t end = at + 1;
  while (end < text.size() && is_name_character(text[end])) ++end;
  while (end > at + 1 && text[end - 1] == '.') --end;
  const std::string_view name = text.substr(at + 1, end - at - 1);
  const bool has_letter = std::any_of(name.begin(), name.end(), [](char c) { return lower(c) >= 'a' && lower(c) <= 'z'; });
  if (name.size() < 3 || name.size() > 32 || !has_letter) return {};
  for (const std::string_view everybody : {"everyone", "here", "all", "channel", "room"}) {
    if (equal_ignoring_case(name, everybody)) return {};
  }
  return name;
}

/// Handles elsewhere mostly had to be made unique; the names of people present mostly not.
bool looks_made_up(std::string_view handle) {
  return std::any_of(handle.begin(), handle.end(), [](char c) { return (c >= '0' && c <= '9') || c == '_' || c == '.'; });
}

void scan_at_signs(std::string_view text, const Folded& folded, Contacts& contacts) {
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    if (is_mail_address(text, at)) contacts.found = true;
    const std::string_view handle = handle_behind(text, at);
    if (handle.empty() || contacts.handle_count == kMaxHandles) continue;
    const auto token =
        std::partition_point(folded.tokens.begin(), folded.tokens.end(), [at](const Token& t) { return t.source_end <= at; });
    if (token == folded.tokens.end()) continue;
    contacts.names[contacts.handle_count] = handle;
    contacts.handles[contacts.handle_count++] = static_cast<std::uint16_t>(token - folded.tokens.begin());
    const bool alone = token == folded.tokens.begin() && folded.tokens.back().source_end <= at + 1 + handle.size();
    contacts.found |= alone && looks_made_up(handle);
  }
}

/// ASCII punctuation for what looks the same; 0: ask the fold.
char plain_sign(char32_t c) {
  if (c < 0x80) return static_cast<char>(c);
  if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x30fc || c == 0xff0d || c == 0xff70) return '-';
  if (c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x3000) return ' ';
  switch (c) {
    case 0xff08: return '(';
    case 0xff09: return ')';
    case 0xff0b: return '+';
    case 0xff0e: return '.';
    case 0xff1a: return ':';
    case 0xa3:
    case 0xa5:
    case 0x20a9:
    case 0x20ac: return '$';
    default: return '\0';
  }
}

/// Writes `text` as has_phone_number wants it; never longer than the text.
std::string_view write_plain(const FoldTable& table, std::string_view text, char* plain) {
  char* out = plain;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const auto [code_point, length] = decode_code_point(at, end);
    at += length;
    const FoldEntry entry = table.at(code_point);
    switch (entry.kind()) {
      case FoldKind::kDigit: *out++ = static_cast<char>(entry.value()); break;
      case FoldKind::kLatin:
      case FoldKind::kLetter:
      case FoldKind::kSequence: *out++ = kPlainLetter; break;
      case FoldKind::kDropped: break;
      case FoldKind::kCharacter:
      case FoldKind::kVoicedMark:
      case FoldKind::kSemiVoicedMark:
      case FoldKind::kSeparator: {
        const char sign = plain_sign(code_point);
        const bool character = entry.kind() != FoldKind::kSeparator;
        *out++ = sign != '\0' ? (sign == '\n' || sign == '\r' ? kPlainOther : sign) : (character ? kPlainCharacter : kPlainOther);
        break;
      }
    }
  }
  return {plain, static_cast<std::size_t>(out - plain)};
}

}  // namespace

ContactScanner::ContactScanner(const FoldTable& table) : table_(table), plain_(std::make_unique<char[]>(kMaxTextBytes)) {}

Contacts ContactScanner::scan(std::string_view text, const Folded& folded) {
  Contacts contacts;
  if (folded.has_at_sign) scan_at_signs(text, folded, contacts);
  if (!contacts.found && folded.has_slash) contacts.found = has_invite_link(text);
  if (!contacts.found && folded.most_digits >= kFewestPhoneDigits)
    contacts.found = has_phone_number(write_plain(table_, text, plain_.get()));
  return contacts;
}

}  // namespace pairwatch::text_signals

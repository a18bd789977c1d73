// UTF-8 as it comes from outside.
#pragma once

#include <string_view>

namespace pairwatch {

/// Whether the bytes are well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF), as protobuf asks of strings.
bool is_valid_utf8(std::string_view bytes);

/// Whether an id, tenant or the like holds a control character (C0, DEL or, in UTF-8, C1). `bytes` is valid UTF-8.
bool has_control_character(std::string_view bytes);

}  // namespace pairwatch

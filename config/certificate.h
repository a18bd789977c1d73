// When certificates run out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace pairwatch::config {

/// Seconds since 1970 at which the first of the certificates in a PEM file is not valid any more; nullopt: there is none that can
/// be read.
std::optional<std::int64_t> expiry_of_certificates(const std::string& path);

}  // namespace pairwatch::config

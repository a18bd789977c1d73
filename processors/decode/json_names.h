// Enumerators as proto3 JSON names them, each at its number; a test holds them against the descriptor.
#pragma once

#include <string_view>

namespace pairwatch::decode {

inline constexpr std::string_view kAgeBandNames[] = {"AGE_BAND_UNSPECIFIED", "AGE_BAND_UNDER_13", "AGE_BAND_13_TO_15",
                                                     "AGE_BAND_16_TO_17", "AGE_BAND_ADULT"};
inline constexpr std::string_view kAgeAssuranceNames[] = {"AGE_ASSURANCE_UNSPECIFIED", "AGE_ASSURANCE_SELF_DECLARED",
                                                          "AGE_ASSURANCE_ESTIMATED", "AGE_ASSURANCE_VERIFIED"};
inline constexpr std::string_view kChannelKindNames[] = {
    "CHANNEL_KIND_UNSPECIFIED", "CHANNEL_KIND_PUBLIC_ROOM", "CHANNEL_KIND_GROUP",   "CHANNEL_KIND_DIRECT",
    "CHANNEL_KIND_VOICE",       "CHANNEL_KIND_VIDEO",       "CHANNEL_KIND_EXTERNAL"};
inline constexpr std::string_view kMediaKindNames[] = {"MEDIA_KIND_UNSPECIFIED", "MEDIA_KIND_IMAGE", "MEDIA_KIND_VIDEO",
                                                       "MEDIA_KIND_AUDIO",       "MEDIA_KIND_FILE",  "MEDIA_KIND_STICKER"};
inline constexpr std::string_view kGiftKindNames[] = {"GIFT_KIND_UNSPECIFIED", "GIFT_KIND_ITEM", "GIFT_KIND_CURRENCY",
                                                      "GIFT_KIND_SUBSCRIPTION"};
inline constexpr std::string_view kCallKindNames[] = {"CALL_KIND_UNSPECIFIED", "CALL_KIND_VOICE", "CALL_KIND_VIDEO"};
inline constexpr std::string_view kTrustedRelationKindNames[] = {"TRUSTED_RELATION_KIND_UNSPECIFIED",
                                                                 "TRUSTED_RELATION_KIND_FAMILY", "TRUSTED_RELATION_KIND_GUARDIAN",
                                                                 "TRUSTED_RELATION_KIND_TEACHER", "TRUSTED_RELATION_KIND_STAFF"};

}  // namespace pairwatch::decode

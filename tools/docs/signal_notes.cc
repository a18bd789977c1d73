#include "tools/docs/signal_notes.h"

#include <algorithm>
#include <array>

namespace pairwatch::docs {
namespace {

constexpr std::string_view kWords =
    "What is said in words that the lexicons do not know, in an image or by voice; with end-to-end encryption only what a label "
    "says.";

constexpr auto kNotes = std::to_array<SignalNote>({
    {"stranger_contact",
     "A first contact, or a contact request, by somebody with no known contact in common and without a trusted relation.",
     "Nearly all who offend against a child online are unknown to it offline.", "K H",
     "Contacts in common that the platform does not tell; a stranger who first won the child's friends "
     "(friend_of_friend_contact)."},
    {"friend_of_friend_contact", "The same with few contacts in common, all of whom the account won only recently.",
     "Friends of a child are collected first, so that the request looks like that of a friend of friends.", "H",
     "Contacts won long before; needs mutual_contacts_recent in the events."},
    {"scattergun",
     "The account first contacts many distinct minors within a window; few answers make it stronger. Seen over the whole account.",
     "Hundreds of children are approached at once, in the hope that one answers.", "B",
     "Slow ones that stay below the count in every window, and the same person behind several accounts; not judged for minors, who "
     "write to a whole class."},
    {"copied_opening", "The first words to many minors are the same, by a fingerprint of the text. Seen over the whole account.",
     "Who approaches many does not write anew each time.", "B I",
     "Openings that are varied by more than case, spacing and lookalikes; messages without text or fingerprint."},
    {"attention_skew", "One minor gets a large share of all that the account does. Seen over the whole account.",
     "Grooming singles a child out.", "Z",
     "Accounts with few contacts, of which one always gets most; what the account does with adults, which the gate drops."},
    {"new_account", "The account was made shortly before the two met.",
     "Accounts are made for the purpose, and made again after a ban.", "Z B",
     "An old account that was bought or taken over; accounts whose age is not told."},
    {"age_inconsistency",
     "The account said it was a child and was found to be an adult, or says it is younger than it said before.",
     "A false age is how an adult comes near children.", "B H K", "A false age that never changes and nobody checks."},
    {"peer_impersonation",
     "A minor by its own word only who contacts many minors with whom it has no contact in common. Seen over the whole account.",
     "One in five is reported to have pretended to be younger.", "K H", "Who pretends towards one or a few children only."},
    {"public_to_private_origin", "The two first met in a public room and were soon by themselves.",
     "Children are met where everybody is and taken where nobody sees.", "B", "Who met in a group, or by themselves at once."},
    {"message_burst_new_contact", "Very many messages soon after first contact.",
     "In a known case there were 2,600 messages in two weeks.", "Z B", "A slower flood; what is written on another app."},
    {"attention_ramp",
     "Messages become more over days and are hardly returned; more so at night where the other lives, if that is known.",
     "Pursuit grows while the answers do not.", "Z",
     "A pursuit that is answered; one that is strong from the first day (message_burst_new_contact)."},
    {"personal_info_probe", "Asks for name, age, school, home or routines.",
     "Who plans to come near finds out where, when and who else.", "Z H", kWords},
    {"flattery", "Compliments on looks or maturity, from the second on.",
     "Rapport and compliments are among the commonest tactics reported.", "Z B", kWords},
    {"risk_assessment_probe", "Asks who is near, whose device it is, whether somebody is alone.",
     "It is found out how likely discovery is.", "Z B", kWords},
    {"persona_offer", "Offers paid work, modelling or fame.", "An agency or a scout is a reason to ask for pictures and meetings.",
     "B K", kWords},
    {"gift", "Gifts from a recent or one-sided contact; large ones count twice.", "Presents make indebted.", "Z B",
     "Gifts outside the platform; old contacts who exchange presents."},
    {"gift_escalation", "Gifts in one currency that grow and are not returned in it.", "What is given grows with what is asked.",
     "Z B", "Gifts spread over currencies, and currencies beyond the four that are remembered."},
    {"payment_for_images", "Words that offer money for images; or a gift about when images are asked for or come.",
     "Money buys images, and buys the next.", "K", "Payments outside the platform; days are those of UTC."},
    {"move_to_private", "Each step to a more private place: public, group, direct, voice or video, another app.",
     "Two in three minors were asked to move on.", "B I",
     "A move that is agreed in words the lexicons do not know and leaves no event."},
    {"contact_exchange", "A phone number, a handle of another app or an invite link in a text, or words that ask for one.",
     "In a known case numbers were exchanged ten minutes after hello.", "B", "Contacts told in an image or by voice."},
    {"ephemeral_channel", "The account goes from where messages stay to where they disappear, as the first of the two.",
     "What disappears cannot be shown to anybody.", "B", "Who met there; channels that the platform does not mark."},
    {"secrecy_request", "Asks to keep things between the two or to delete them.", "Secrecy is what isolation is made of.", "Z H",
     kWords},
    {"exclusivity", "Words that nobody else understands, or against family and friends.",
     "The child is set apart from those who would notice.", "Z B", kWords},
    {"sexual_content", "What the platform's own classifier says of a message, from a least score on.",
     "It is the aim, and often comes at once.", "Z B I", "What the classifier does not see; it is never read from text here."},
    {"image_request", "Asks for a picture or the camera.", "A third of reported tactics.", "Z B K", kWords},
    {"image_sent", "An image or video to a minor where the two are by themselves, from a recent contact.",
     "Images are sent so that images come back.", "B", "What the image shows."},
    {"video_call", "A video call, or a move to one, with a recent contact.", "Live video leaves nothing behind.", "B",
     "Calls on another app; what is shown."},
    {"game_or_dare", "Proposes dares, forfeits, truth or dare.", "A game makes it seem harmless to go further.", "B", kWords},
    {"meetup_request", "Proposes to meet in person.", "The step after which words no longer protect.", "B H K", kWords},
    {"threat", "Threatens.", "Control is kept by fear.", "Z H I", kWords},
    {"blackmail_money",
     "Demands money or images against exposure; or, without words, a threat after which the other gives, where images were asked "
     "for or sent.",
     "Sextortion can take a child's life within hours.", "H K I", "Payments outside the platform; threats nobody reads."},
    {"secrecy_by_fear", "Blame, and consequences should anyone learn of it.", "Shame keeps children from telling.", "Z", kWords},
    {"recontact_after_block", "Blocked or removed by the other, the account gets in touch again.", "A refusal is not taken.", "Z",
     "The same person from another account, unless the platform tells the device; nothing where the other asked for the contact "
     "again."},
    {"blocked_or_reported", "The other blocks or reports the account; over the whole account, several minors do.",
     "Children often do see it.", "Z I", "Reports that do not come as events."},
    {"instant_solicitation", "Sexual content, a request for an image, a threat or blackmail soon after first contact.",
     "Solicitation can be instant: seconds, without any stage before.", "I B",
     "The same later, which the signals themselves weigh."},
    {"prior_confirmed", "A moderator has confirmed another case of the account. Seen over the whole account.",
     "Who did it before does it again.", "I", "Cases of the same person under another account, unless a shared indicator tells."},
    {"shared_indicator", "Account, device or handle is on the list of confirmed or imported indicators.",
     "Platforms know of each other's cases.", "I", "What nobody has listed."},
    {"multiple_risky_adults", "Several contacts of one minor show risk at the same time. Seen over the whole minor.",
     "A child who is found by one is told of to others.", "I H", "Contacts whose risk is below what is told."},
    {"rapid_stage_progress", "Several stages first reached within a short time.",
     "It is the combination and the order, and how fast, that give it away.", "B Z",
     "Stages that are spread over weeks (stage_breadth)."},
    {"stage_breadth", "Many stages reached, whenever.", "Each alone looks innocent.", "B Z", "Who needs one stage only."},
});

}  // namespace

const SignalNote* note_of(std::string_view signal) {
  const auto found = std::find_if(kNotes.begin(), kNotes.end(), [&](const SignalNote& note) { return note.name == signal; });
  return found == kNotes.end() ? nullptr : &*found;
}

}  // namespace pairwatch::docs

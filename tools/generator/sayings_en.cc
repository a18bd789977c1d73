#include "tools/generator/sayings.h"

namespace pairwatch::generator {
namespace {

constexpr std::string_view kEnglish = "en";

constexpr SayingRow kRows[] = {
    {kEnglish, Saying::kSmallTalk,
     "did you watch the %t %w|we lost the %g again, %d to %d|my cat sat on the %t again|just finished level %d in %g|"
     "lol that was so funny|good game everyone|new %t video by %v is out|almost done with the %t|the bus was late %w|"
     "i think the %t is broken|%v dropped a new song|pizza at the %p %w|check the score, %d all|cannot find the %t anywhere|"
     "%n and %n won the %g|what did you think of the %t|raining at the %p, bring a %t|my internet is so slow %w"},
    {kEnglish, Saying::kOpening,
     "hey, i saw you in the game lobby, nice build|hi there, how are you doing|hello, you play really well, want to team up|"
     "heyy saw your post about %g|hii can we be friends|sup, you seem cool"},
    {kEnglish, Saying::kReply, "ok|haha yes|thanks|i guess so|cool|not sure|sounds fun|yeah me too|lol|idk|maybe|nice|same"},
    {kEnglish, Saying::kRefusal, "no thanks|i would rather not|no, stop asking|i have to go now|leave me alone|pls stop"},
    {kEnglish, Saying::kFlattery,
     "you are so mature for your age|you are really special, you know that|you look so pretty in your profile pic|"
     "ur way more grown up than other kids|you have the most beautiful eyes|you could be a model fr|such a cutie you are"},
    {kEnglish, Saying::kPersonalInfo,
     "which school do you go to?|how old are you?|where do you live?|what time do you get home from school?|"
     "what is your real name?|so what grade are you in|u live near the city or more outside?|asl?|when is ur bday n what year|"
     "do you walk home or take the bus|whats ur last name"},
    {kEnglish, Saying::kRiskAssessment,
     "are you alone right now?|are your parents home?|is anyone with you right now?|does your mom check your phone?|"
     "who else is in the room with u|is that ur own phone or your dads|u home alone tonight?|can anybody see ur screen|"
     "when do ur parents get back|is your door closed"},
    {kEnglish, Saying::kOffer,
     "i work for a modelling agency and we are looking for new faces|i could get you a lot of followers|"
     "want to earn some money? its easy work|im a scout, you would be perfect for a photoshoot|i can make you famous|"
     "my agency pays teens %d00 for one shoot"},
    {kEnglish, Saying::kMoneyForImages,
     "ill pay you for a few pics|%d0 bucks for a picture of you|i send you money if you send me photos|"
     "i can paypal you %d0 for some pics|you get robux for every selfie you send"},
    {kEnglish, Saying::kSecrecy,
     "keep it between us|dont tell your parents about this|this is our secret|delete this chat please|"
     "dont show this to anyone ok|nobody has to know we talk|make sure u clear the messages after|this stays just you and me"},
    {kEnglish, Saying::kExclusivity,
     "nobody understands you like i do|your parents dont get you, i do|you only need me|im the only one who really cares about you|"
     "your friends are not real friends, not like me|promise you wont talk to other guys|your mom just wants to control you"},
    {kEnglish, Saying::kContactExchange,
     "whats your number?|give me your phone number|can i text you|this is my number|whats ur snap|drop ur insta|"
     "my number is 0155 0%d%d 4%d7 2%d|here is my discord %v#12%d4"},
    {kEnglish, Saying::kOtherApp,
     "add me on another app|lets talk on another app instead|do you use another app|get on telegram, its better there|"
     "come to whatsapp its easier|can we move to snap|lets go private"},
    {kEnglish, Saying::kImageRequest,
     "send me a pic|send a pic of you|can you turn your camera on?|can i see what you look like|show me ur face|"
     "snd pic pls|got any more photos of you?|lemme see u on cam"},
    {kEnglish, Saying::kDare,
     "truth or dare?|i dare you|lets play a game, loser has to do what the winner says|if i win you have to do a dare|"
     "lets play 20 questions but you have to answer everything"},
    {kEnglish, Saying::kMeeting,
     "we should meet up in person|can i come pick you up after school|lets meet at the %p %w, just us|"
     "i could drive to your town %w|wanna hang out irl %w|i want to meet you for real|come over to my place %w"},
    {kEnglish, Saying::kPressure,
     "do what i say or i will post it|if you block me everyone at your school will see|you will regret this|"
     "answer me now or i will tell everyone|i know where you live|you dont want me to send this to your friends"},
    {kEnglish, Saying::kFear,
     "if anyone finds out we will both get in trouble|this is your fault too you know|if you tell we both go to jail|"
     "your parents would hate you if they knew|they will take your phone away if you tell them"},
    {kEnglish, Saying::kMoneyDemand,
     "pay me %d00 or i send it to all your friends|send me a gift card or your pics go online|"
     "send more pics or i will show everyone|i want %d00 by %w or i leak it|transfer the money and i delete everything"},
    {kEnglish, Saying::kFamilyTalk,
     "dinner is at six, dont be late|did you feed the dog|are you home from school yet?|i will pick you up at the %p|"
     "love you, see you %w|grandma sends you a %t|call me when you get there|is your brother with you|are you still awake?|"
     "send me a pic of the cake"},
    {kEnglish, Saying::kCoachTalk,
     "practice is at the %p %w|please bring your %t %w|well played everyone|the form for the trip is due %w|training starts at %d|"
     "who can not make it %w?|proud of you all, great match|meet at the %p at %d, parents welcome"},
    {kEnglish, Saying::kClassTalk,
     "who did question %d|dont tell anyone but the party for %n is %w|lol %n fell asleep|send me the pic of the board|"
     "why are we all awake|keep it between us, %n likes %n|the test will be so hard|good night everyone, for real now|"
     "how old is mr %v lol|my parents will kill me if i fail|truth or dare at %n's party haha"},
    {kEnglish, Saying::kTradeTalk,
     "trade my %t for your %t?|i give you %d00 coins for it|deal, send the trade|how much for the %t|legit trader, check my "
     "profile|"
     "can you add %d more gems|meet me at spawn to trade|thanks, pleasure doing business"},
    {kEnglish, Saying::kGuildTalk,
     "are you alone on the server|meet at spawn|raid starts at %d, get on voice|need one more healer for %g|send pic of your build|"
     "who is in the room with the boss|dont tell the other team our base|drop your ingame name|come to my island, i have loot|"
     "how old is your account|we will kill them all this round|turn your mic on"},
    {kEnglish, Saying::kSupportTalk,
     "thanks for contacting support, how can we help|your ticket number is %d%d%d%d|please send a screenshot of the error|"
     "we have restored your items|could you tell us your username|is the problem solved now?|never share your password with "
     "anyone"},
    {kEnglish, Saying::kStreamTalk,
     "thanks for the sub|stream starts at %d, see you there|you are all the best|giveaway winner, congrats|follow me for more %g|"
     "join the discord server, link in bio|love your streams|first time here, hi|can you play %g next"},
    {kEnglish, Saying::kSecretTalk,
     "keep it a secret, it is mums birthday %w|dont tell %n, its a surprise party|shh, no spoilers please|"
     "i hid the present in the %t box|dont tell dad what we got him for christmas|secret santa is on friday"},
    {kEnglish, Saying::kCarpoolTalk,
     "i can drive the kids %w|what time does practice end today?|i will be at the %p at %d to get you all|%n's mum here, running "
     "late|"
     "my number is on the team list if you need me|who needs a lift home %w|is your dad picking you up today or me"},
    {kEnglish, Saying::kTutorTalk,
     "send me a pic of the worksheet|what school supplies do you need|which page are you on|great work on the essay|"
     "lets do a video lesson %w at %d|what grade did you get on the test|same time next week?|show me how you solved question %d"},
};

}  // namespace

std::span<const SayingRow> english_sayings() { return kRows; }

}  // namespace pairwatch::generator

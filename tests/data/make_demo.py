#!/usr/bin/env python3
"""Writes the bundled demo stream: one InteractionEvent as JSON a line, in order of time. Same bytes on every run.

    tests/data/make_demo.py > tests/data/demo.jsonl

Five accounts that a moderator should look at, and ordinary life around them. Behaviour in neutral words only; sexual content
exists only as a number that a platform's own classifier would give.
"""

import datetime
import json
import random

START = datetime.datetime(2026, 3, 2, 15, 0, tzinfo=datetime.timezone.utc)
RANDOM = random.Random(20260302)

AGES = {
    "adult": "AGE_BAND_ADULT",
    "child": "AGE_BAND_UNDER_13",
    "teen": "AGE_BAND_13_TO_15",
    "older_teen": "AGE_BAND_16_TO_17",
}

events = []


def seconds(days=0.0, hours=0.0, minutes=0.0, secs=0.0):
    """A moment of the stream, in seconds from its start."""
    return days * 86400 + hours * 3600 + minutes * 60 + secs


def account(name, age=None, assurance=None, age_in_days=None, utc_offset=None, vulnerable=False):
    """An account as every event of the stream names it."""
    facts = {"accountId": name}
    if age:
        facts["ageBand"] = AGES[age]
    if assurance:
        facts["ageAssurance"] = "AGE_ASSURANCE_" + assurance
    if age_in_days is not None:
        created = START - datetime.timedelta(days=age_in_days)
        facts["createdAt"] = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    if utc_offset is not None:
        facts["utcOffsetMinutes"] = utc_offset
    if vulnerable:
        facts["heightenedVulnerability"] = True
    return facts


def channel(name, kind):
    """A place where accounts meet."""
    return {"channelId": name, "kind": "CHANNEL_KIND_" + kind}


def add(at, actor, target, where, what, **context):
    """One event; `what` is the member of the oneof, `context` further fields of the event."""
    event = {"occurredAt": at, "actor": actor}
    if target is not None:
        event["target"] = target
    if where is not None:
        event["channel"] = where
    event.update(context)
    event.update(what)
    events.append(event)


def says(text=None, **fields):
    """A message; without text, as an end-to-end encrypted platform sends it."""
    message = dict(fields)
    if text is not None:
        message["text"] = text
        message["language"] = "en"
    return {"message": message}


def gives(item, value, currency="GEMS", kind="ITEM"):
    """A gift."""
    return {"gift": {"itemId": item, "kind": "GIFT_KIND_" + kind, "valueMinor": str(value), "currency": currency}}


def moves(origin, destination, accepted):
    """An invitation from one place to another."""
    return {"channelMove": {"from": origin, "to": destination, "accepted": accepted}}


def calls(kind, duration):
    """A call."""
    return {"call": {"kind": "CALL_KIND_" + kind, "duration": f"{duration}s"}}


def gift_groomer():
    """Six days: kind words, questions, gifts that grow, a private place, a secret, another app, a picture."""
    actor = account("gift_fox", "adult", "SELF_DECLARED", age_in_days=40)
    child = account("lily_m", "teen", "SELF_DECLARED", age_in_days=200, utc_offset=60, vulnerable=True)
    lobby = channel("lobby-3", "PUBLIC_ROOM")
    direct = channel("dm-fox-lily", "DIRECT")
    known = {"mutualContacts": 0}

    def talk(at, where, lines):
        for i, (speaker, text) in enumerate(lines):
            pair = (actor, child) if speaker == "fox" else (child, actor)
            add(at + i * 45, pair[0], pair[1], where, says(text), **known)

    talk(seconds(hours=1), lobby, [
        ("fox", "nice build, you are really good at this"),
        ("lily", "thank you! took me all week"),
        ("fox", "want to team up for the next round?"),
        ("lily", "sure"),
    ])
    add(seconds(hours=1, minutes=9), actor, child, lobby, {"contactRequest": {}}, **known)
    add(seconds(hours=1, minutes=11), child, actor, lobby, {"contactAccept": {}}, **known)
    add(seconds(hours=2), actor, child, lobby, gives("starter_hat", 100), **known)
    talk(seconds(days=1, hours=2), lobby, [
        ("fox", "hey, which school do you go to?"),
        ("lily", "the one by the river"),
        ("fox", "how old are you?"),
        ("lily", "thirteen"),
        ("fox", "you play better than people twice your age"),
    ])
    add(seconds(days=1, hours=2, minutes=20), actor, child, lobby, gives("silver_cape", 250), **known)
    add(seconds(days=2, hours=3), actor, child, lobby, moves(lobby, direct, True), **known)
    talk(seconds(days=2, hours=3, minutes=2), direct, [
        ("fox", "easier to talk here"),
        ("lily", "ok"),
        ("fox", "are you alone right now?"),
        ("lily", "yes my parents are at work"),
        ("fox", "i got you something"),
    ])
    add(seconds(days=2, hours=3, minutes=8), actor, child, direct, gives("gold_wings", 900), **known)
    talk(seconds(days=3, hours=4), direct, [
        ("lily", "thank you for the wings!!"),
        ("fox", "keep it between us, ok? don't tell your parents"),
        ("lily", "ok"),
        ("fox", "this is our secret"),
    ])
    add(seconds(days=4, hours=5), actor, child, direct, gives("dragon_mount", 3000), **known)
    talk(seconds(days=4, hours=5, minutes=3), direct, [
        ("fox", "add me on another app, it is better there"),
        ("lily", "i am not sure"),
        ("fox", "just give me your number then"),
    ])
    talk(seconds(days=5, hours=6), direct, [
        ("fox", "send me a pic of you"),
        ("lily", "no"),
        ("fox", "come on, send a pic, and delete this chat after"),
    ])


def fast_solicitation():
    """Nineteen seconds from hello to what the platform's classifier calls a solicitation. No stages, no history."""
    actor = account("quick_start", "adult", "ESTIMATED", age_in_days=2)
    child = account("noah_p", "child", "VERIFIED", age_in_days=90)
    direct = channel("dm-quick-noah", "DIRECT")
    begin = seconds(days=1, hours=6)
    add(begin, actor, child, direct, says("hi", labelScores={"sexual": 0.02}), mutualContacts=0)
    add(begin + 19, actor, child, direct, says(labelScores={"sexual": 0.94, "image_request": 0.88}), mutualContacts=0)
    add(begin + 41, actor, child, direct, says(labelScores={"sexual": 0.91}), mutualContacts=0)
    add(begin + 70, child, actor, direct, {"block": {}}, mutualContacts=0)


def scattergun():
    """One account, twenty-eight children in two days, the same opening; few answer, three block."""
    actor = account("hello_friend_88", "adult", "SELF_DECLARED", age_in_days=5)
    for i in range(28):
        child = account(f"young_player_{i:02}", RANDOM.choice(["child", "teen", "teen"]), "SELF_DECLARED", age_in_days=RANDOM.randint(30, 600))
        at = seconds(days=2 + i / 14, minutes=RANDOM.randint(0, 50))
        direct = channel(f"dm-hello-{i:02}", "DIRECT")
        add(at, actor, child, direct, {"contactRequest": {}}, mutualContacts=0)
        add(at + 30, actor, child, direct, says("hey i saw your profile, want to be friends?"), mutualContacts=0)
        if i % 9 == 4:
            add(at + 600, child, actor, direct, says("who is this"), mutualContacts=0)
        if i in (7, 15, 21):
            add(at + 900, child, actor, direct, {"block": {}}, mutualContacts=0)


def without_text():
    """An encrypted platform: no words at all, an account of unknown age. Places, gifts and calls speak."""
    actor = account("ray_v", age_in_days=12)
    child = account("tom_k", "teen", "ESTIMATED", age_in_days=400, utc_offset=120)
    room = channel("room-arcade", "PUBLIC_ROOM")
    group = channel("grp-arcade", "GROUP")
    direct = channel("dm-ray-tom", "DIRECT")
    video = channel("vid-ray-tom", "VIDEO")
    outside = channel("ext-ray-tom", "EXTERNAL")
    known = {"mutualContacts": 0}
    begin = seconds(days=3)
    add(begin, actor, child, room, {"contactRequest": {}}, **known)
    add(begin + 300, child, actor, room, {"contactAccept": {}}, **known)
    add(begin + 600, actor, child, room, moves(room, group, True), **known)
    for i in range(12):
        pair = (actor, child) if i % 3 else (child, actor)
        add(begin + 700 + 60 * i, pair[0], pair[1], group, says(), **known)
    add(begin + 3600, actor, child, group, gives("coins_500", 500, "EUR", "CURRENCY"), **known)
    add(begin + 4000, actor, child, group, moves(group, direct, True), **known)
    for i in range(110):
        pair = (actor, child) if i % 4 else (child, actor)
        extra = {"media": "MEDIA_KIND_IMAGE"} if i % 20 == 9 else {}
        add(begin + 4100 + 100 * i, pair[0], pair[1], direct, says(**extra), **known)
    add(begin + 20000, actor, child, direct, gives("coins_1500", 1500, "EUR", "CURRENCY"), **known)
    add(begin + 50000, actor, child, direct, calls("VOICE", 1260), **known)
    add(begin + 86400, actor, child, direct, gives("coins_4000", 4000, "EUR", "CURRENCY"), **known)
    add(begin + 90000, actor, child, direct, moves(direct, video, True), **known)
    add(begin + 90100, actor, child, video, calls("VIDEO", 2400), **known)
    add(begin + 93000, actor, child, direct, moves(direct, outside, False), **known)


def blackmail():
    """A 'sixteen-year-old' by its own word. What it demands is known from the platform's classifier only."""
    actor = account("max_16", "older_teen", "SELF_DECLARED", age_in_days=20)
    child = account("jonas_w", "teen", "SELF_DECLARED", age_in_days=300)
    direct = channel("dm-max-jonas", "DIRECT")
    known = {"mutualContacts": 0}
    begin = seconds(days=4, hours=1)
    add(begin, actor, child, direct, {"contactRequest": {}}, **known)
    add(begin + 60, child, actor, direct, {"contactAccept": {}}, **known)
    for i in range(10):
        pair = (actor, child) if i % 2 == 0 else (child, actor)
        add(begin + 120 + 50 * i, pair[0], pair[1], direct, says(RANDOM.choice(["haha", "same", "good game", "what map next", "lol ok"])), **known)
    add(begin + 1500, actor, child, direct, says(labelScores={"image_request": 0.86}), **known)
    add(begin + 1800, child, actor, direct, says(media="MEDIA_KIND_IMAGE"), **known)
    add(begin + 7200, actor, child, direct, says(labelScores={"threat": 0.93}), **known)
    add(begin + 7290, actor, child, direct, says(labelScores={"threat": 0.97, "image_request": 0.9}), **known)
    add(begin + 7500, child, actor, direct, says("please stop"), **known)
    add(begin + 7600, actor, child, direct, says(labelScores={"threat": 0.95}), **known)
    add(begin + 8000, child, actor, direct, {"report": {"category": "threats"}}, **known)
    add(begin + 8010, child, actor, direct, {"block": {}}, **known)


def class_chat():
    """Eight of one class, all night: jokes, secrets about a surprise, pictures of homework, small gifts."""
    names = ["ada", "ben", "cleo", "dan", "emil", "finn", "gwen", "hugo"]
    friends = [account(name + "_7b", "teen", "SELF_DECLARED", age_in_days=500 + 10 * i, utc_offset=60) for i, name in enumerate(names)]
    group = channel("grp-7b", "GROUP")
    lines = [
        "did you do the maths homework", "not yet", "haha same", "the second page is so hard", "send a pic of your notes",
        "here you go", "thank you!!", "see you tomorrow", "are you still awake", "yes, reading", "what are we giving her for her birthday",
        "a book?", "don't tell her, it is a surprise", "ok i will not", "my mum says i have to sleep", "good night", "who is coming on saturday",
        "me", "me too", "bring the ball", "which room is biology in", "room 12", "that test was easy", "no it was not", "lol",
    ]
    for i in range(130):
        one, other = RANDOM.sample(friends, 2)
        at = seconds(days=3, hours=4) + i * 240 + RANDOM.randint(0, 120)
        add(at, one, other, group, says(RANDOM.choice(lines)), mutualContacts=RANDOM.randint(9, 30))
    for i in range(6):
        one, other = friends[i], friends[i + 1]
        add(seconds(days=4, hours=2 + i), one, other, channel("dm-" + names[i] + "-" + names[i + 1], "DIRECT"), gives("sticker_pack", 50), mutualContacts=12)
    add(seconds(days=4, hours=3), friends[0], friends[2], group, calls("VIDEO", 1800), mutualContacts=15)


def family():
    """An aunt whom the platform has verified: gifts, video calls, a secret about a party."""
    aunt = account("aunt_rosa", "adult", "VERIFIED", age_in_days=1500)
    niece = account("mia_r", "child", "VERIFIED", age_in_days=300, utc_offset=60)
    direct = channel("dm-rosa-mia", "DIRECT")
    known = {"mutualContacts": 6, "trustedRelation": {"kind": "TRUSTED_RELATION_KIND_FAMILY"}}
    lines = [
        ("aunt", "how was school today?"), ("mia", "good, we had sports"), ("aunt", "are you home alone?"), ("mia", "no, papa is cooking"),
        ("aunt", "send me a picture of your drawing"), ("mia", "here"), ("aunt", "lovely! don't tell papa about his birthday cake"),
        ("mia", "i can keep a secret"),
    ]
    for day in range(4):
        for i, (speaker, text) in enumerate(lines[2 * day:2 * day + 2]):
            pair = (aunt, niece) if speaker == "aunt" else (niece, aunt)
            add(seconds(days=day, hours=3, minutes=i), pair[0], pair[1], direct, says(text), **known)
        add(seconds(days=day, hours=4), aunt, niece, direct, calls("VIDEO", 900), **known)
        add(seconds(days=day, hours=5), aunt, niece, direct, gives("pony_" + str(day), 200 * (day + 1)), **known)


def coach():
    """A football coach in the team's group: many children, many contacts in common, a role that the platform has verified."""
    trainer = account("coach_lee", "adult", "VERIFIED", age_in_days=900)
    group = channel("grp-u13", "GROUP")
    known = {"mutualContacts": 14, "trustedRelation": {"kind": "TRUSTED_RELATION_KIND_STAFF", "expiresAt": "2026-12-31T00:00:00Z"}}
    players = [account(f"u13_player_{i}", "child", "VERIFIED", age_in_days=250) for i in range(12)]
    for week in range(2):
        for i, player in enumerate(players):
            at = seconds(days=3 * week, hours=8, minutes=2 * i)
            add(at, trainer, player, group, says("training is at five tomorrow, bring your boots"), **known)
            if RANDOM.random() < 0.7:
                add(at + 300, player, trainer, group, says(RANDOM.choice(["ok coach", "i will be there", "can i be goalkeeper?"])), **known)


def adults():
    """What ends at the gate: adults among themselves; and one account that changes what it says of its age."""
    names = [account(f"grown_up_{i}", "adult", "SELF_DECLARED", age_in_days=1000) for i in range(6)]
    for i in range(60):
        one, other = RANDOM.sample(names, 2)
        add(seconds(hours=2 * i, minutes=RANDOM.randint(0, 59)), one, other, channel("grp-office", "GROUP"), says(RANDOM.choice(
            ["lunch at noon?", "the report is ready", "see you on monday", "keep it between us until the announcement", "thanks"])))
    add(seconds(days=2), account("grown_up_0", "adult", "VERIFIED", age_in_days=1002), None, None,
        {"profileChange": {"previousAgeBand": AGES["adult"], "previousAgeAssurance": "AGE_ASSURANCE_SELF_DECLARED"}})


def main():
    """Writes all stories, interleaved by time; ids count from the first event."""
    for story in (gift_groomer, fast_solicitation, scattergun, without_text, blackmail, class_chat, family, coach, adults):
        story()
    events.sort(key=lambda event: event["occurredAt"])
    for number, event in enumerate(events, start=1):
        moment = START + datetime.timedelta(seconds=event.pop("occurredAt"))
        stamp = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
        print(json.dumps({"eventId": f"demo-{number:04}", "occurredAt": stamp, **event}, separators=(",", ":")))


if __name__ == "__main__":
    main()

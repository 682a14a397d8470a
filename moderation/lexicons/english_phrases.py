"""Prohibited content, English, said without its word: euphemisms, and whole situations.

``FLAGGED`` extends :mod:`moderation.lexicons.english` by category, ``CUES`` and their pairings
:mod:`moderation.lexicons.cues`, ``HARMLESS`` what is innocent. All of it flags.
"""

from __future__ import annotations

FLAGGED: dict[str, str] = {
    "sexual": """
        birthday suit, au naturel, in the buff, in the nude, in the altogether, without a stitch,
        not a stitch, stitch of clothing, wearing only a smile, nothing but a smile,
        wearing nothing but, wearing only a, wearing only an, wearing only her, wearing only his,
        only body paint, skinny dipping, streaker, flashing her, mooning, dressed in nothing,
        clad in nothing, nothing underneath,
        she was born with, he was born with, as god made her, as god made him, barely covered,
        barely clothed, barely dressed, nothing to the imagination, little to the imagination,
        huge bulge, big bulge, bulge in his, gag ball, ball gag, hogtied, shibari, slave girl,
        latex slave, tied to the bed, handcuffed to the bed, spread eagled, legs apart,
        legs wide open, spreading her legs, spreading his legs, spreads her legs, ass up,
        doggy style, missionary position, cowgirl position, reverse cowgirl, male organ,
        male member, private parts, nether regions, lady parts, morning wood, boner, sex worker,
        lady of the night, streetwalker, strip club, strip poker, lap dancer, jockstrap,
        crotchless, micro bikini, see through blouse, see through shirt, see through top,
        sheer blouse, negligee, wardrobe malfunction, areola, areolas, side boob, sideboob,
        heaving bosom, netflix and chill, booty call, friends with benefits, self pleasure,
        pleasuring, pleasuring himself, pleasuring herself, touching herself, touching himself,
        making out with, heavy petting, dry humping, foreplay, lovers in bed, couple in bed,
        in bed together, under the sheets together, bed scene, love scene, naughty nurse,
        naughty maid, naughty librarian, naughty schoolgirl, centerfold, centrefold,
        adult entertainment, adult entertainer, adult content, adults only, uncensored,
        very explicit, explicit content, smut, smutty, raunchy, risque, racy, lustful, lecherous,
        perverted, pervy, oppai, bubble butt, huge ass, bare bum, peeling off her clothes,
        out of her clothes, out of his clothes, loses her clothes, shedding her clothes
    """,
    "violence": """
        cut into pieces, chopped into pieces, chopped to pieces, hacked to pieces, body in pieces,
        bodies in pieces, body bag, body bags, blood everywhere, teeth flying, bleeding out,
        beating up, beaten up, beaten to a pulp, kicked to death, whipped bloody,
        hanging from a hook, drive by shooting, bullet through, bullet in his, bullet in her,
        shot dead, shot in the head, shot in the chest, shot in the back, gunned down,
        gunning down, knife in his back, knife in her back, knife to her throat,
        knife to his throat, knife at her throat, knife at his throat, gun to his head,
        gun to her head, gun to the head, gun to his temple, gun to her temple, limb from limb,
        concrete shoes, rivers of blood, bloodlust, chalk outline, roadkill, dead animal,
        dead animals, dead dog, dead cat, dead puppy, pulling the trigger on
    """,
    "self_harm": """
        end it all, ending it all, goodbye letter, goodbye note, suicide note, off the ledge,
        lying on the rails, lying on the tracks, sleeping pills, bottle of pills, handful of pills,
        cuts on her arm, cuts on her arms, cuts on his arm, cuts on his arms, cutting her arms,
        cutting his arms, burning herself with, burning himself with, goal weight, purging after,
        starving herself, starving himself, no reason to live, do not want to live,
        don't want to live, tired of living, better off dead, hanging from the ceiling,
        rope around her neck, rope around his neck, rope round her neck, rope round his neck,
        rope around my neck, slit her wrists, slits her wrists, slits his wrists,
        toaster in the bathtub, sewerslide, sewer slide, suey side
    """,
    "hate": """
        go back to your country, back to their country, belongs in the kitchen,
        belong in the kitchen, women belong, know her place, pure blood race, blood purity,
        inferior people, lesser race, lesser races, unwanted race, monkey people, slitty eyes,
        slanted eyes, buck teeth and slanted, hook nosed, hooked nose merchant, happy merchant,
        bomb turban, curry muncher, carpet muncher, bog trotter, ape people
    """,
    "extremism": """
        storming the capitol, storm the capitol, armed militia, boogaloo, oath keepers,
        burning cross, burning crosses, white hood, white hoods, pointed hoods, martyrdom,
        martyr video, suicide bombers, explosive vest, strapped with explosives,
        explosives strapped, build a bomb, building a bomb, bomb making, race traitor,
        day of the rope, pogrom, pogroms, final solution, brownshirt, brownshirts, fuhrer, heil,
        september 11, 9 11 attack, 9 11 attacks, school bomber, lone wolf attack,
        overthrow the government
    """,
    "drugs": """
        needle in her arm, needle in his arm, needle in the arm, needle in my arm, shoots up,
        rolled up bill, rolled banknote, rolled up banknote, rolled bill, fat joint, fat blunt,
        a joint in his, a joint in her, a joint in its, joint in hand, joint in his mouth,
        joint in her mouth, passing a joint, popping pills, popping ecstasy, popping molly,
        on acid, on shrooms, lsd blotter, blotter paper, weed brownie, weed brownies, pot brownies,
        reefer, toking, dab rig, thc, cooking meth, cook meth, trap house, drug den, opium den,
        purple drank, sizzurp, codeine, big buds, coke nose, nose candy, mary jane joint,
        tripping balls, special brownies, happy pills, sniffing lines, laughing gas balloon
    """,
    "profanity": """
        go to hell, burn in hell, screw you, kiss my ass, up yours, eff off, eff you, fukc, kcuf,
        shove it up
    """,
}

#: Groups of cues; a group that exists already is extended.
CUES: dict[str, str] = {
    "undressing": """
        remove, removes, removing, take off, takes off, taking off, took off, lose, losing,
        without, lifting, lifts, lifted, pull down, pulls down, pulling down, pulls up, pulling up,
        unhook, unhooking, unhooked, unbutton, unbuttons, unbuttoning, unbuttoned, slips off,
        slipping off, slip off, drops, dropping, peels off, peeling off, rips off, ripping off,
        tears off, tearing off, opens, unzips, unzipping
    """,
    "intimate": """
        her shirt, his shirt, her bra, the bra, his bra, bra, her blouse, the blouse, panties,
        the panties, underwear, the underwear, her clothes, his clothes, the clothes, my clothes,
        her dress, his trousers, his pants, her pants, her skirt, the skirt, her robe, his robe,
        her towel, his towel, the towel, bikini top, her bikini, her top, his boxers,
        everything she wears, knickers, stockings
    """,
    "undressed": """
        bra, panties, underwear, knickers, bikini top, blouse
    """,
    "off": """
        unhooked, unbuttoned, sliding down, falling off, slipping, off, torn open, wide open,
        undone, around her ankles, around his ankles
    """,
    "cut": """
        cuts, slashes, razor, razors, razor blade, razor blades, slits, gashes, cutting,
        burns herself, burning herself, burning himself
    """,
    "limb": """
        wrist, wrists, forearm, forearms, thigh, thighs, her arm, her arms, his arm, his arms,
        my arm, my arms
    """,
    "aimed": """
        in his own mouth, in her own mouth, in its mouth, to his temple, to her temple,
        to his head, to her head, to his own head, to her own head, against his temple
    """,
    "crashes": """
        flying into, flies into, flew into, crashing into, crashes into, crashed into, hitting,
        slamming into, slams into
    """,
    "tower": "tower, towers, twin towers, skyscraper, skyscrapers, world trade center, pentagon",
    "people": """
        women, females, fat people, old people, the disabled, disabled people, autistic people,
        mexicans, chinese people, indians, pakistanis, africans, asians, the poor, tribe, turks,
        the gays, foreigners, immigrants, refugees, cripples, gypsies, gypsy, migrants, jews,
        muslims, blacks, homosexuals
    """,
    "despised": """
        vermin, cockroach, cockroaches, subhuman, parasites, exterminate, should die, must die,
        should be put down, put them down, put down, scum, infest, infesting, infestation, pests,
        not welcome, are pigs, are rats, are animals, are trash, are freaks, are stupid, thieving,
        drawn as, shown as rats, as rats, as apes, as monkeys, as pigs, as insects, on a leash,
        on a dog leash, for slaughter, wipe out, wiped out, burn the, gas them, off a cliff,
        deserve to die, deserve nothing
    """,
    "sexualised": """
        hot body, pouting, curvy, lifting her skirt, lifts her skirt, bulge, striptease, nipples,
        spreading, moaning, sultry, leather straps, wet blouse, unbuttoned
    """,
    "harmed": "black eye, locked up, starved, screaming at",
    "minor": "son, sons, daughters, grandson, granddaughter, schoolkid, kindergartners",
    "vice": "sniffing glue, bong, blunt, a joint, champagne, slot machine, shots of",
    "victim": """
        son, daughter, sons, daughters, enemy, enemies, employee, employees, competitor, opponent,
        nurse, elderly, homeless man, homeless, gay man, black man, kittens, puppies
    """,
    "body": """
        fingers, toes, ear, ears, nose, tongue, teeth, ribs, hand, chest, belly, knee, knees, foot,
        feet
    """,
    "slander": """
        thieving, stealing, smelly, stinking, primitive, brainwashed, rapist, rapists, bomb,
        squint, buck teeth, sneaky
    """,
}

#: Category, first and second group, reach, and whether only in this order.
PAIRINGS: tuple[tuple[str, str, str, int, bool], ...] = (
    ("sexual", "undressing", "intimate", 6, True),
    ("sexual", "undressed", "off", 4, True),
    ("self_harm", "cut", "limb", 14, False),
    ("extremism", "crashes", "tower", 10, True),
    ("hate", "people", "despised", 24, False),
)

_SKINS = """
    dark light fair olive pale brown tan tanned thin thick black white smooth soft golden copper
    bronze freckled green blue red orange purple grey gray yellow pink deep medium warm honey
    caramel ebony ivory scaly clear sun
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ONES = "one two three four five six seven eight nine"


def _phrases(listed: str) -> tuple[str, ...]:
    return tuple(" ".join(each.split()) for each in listed.split(","))


#: Where a listed word or a cue is innocent.
HARMLESS: tuple[str, ...] = (
    *(f"{tone} skinned" for tone in _SKINS.split()),
    # No ages of a minor.
    *(
        f"{tens} {ones} {years} old"
        for tens in _TENS.split()
        for ones in _ONES.split()
        for years in ("year", "years")
    ),
    # A distance, and no wish to die.
    *(f"{number} kms" for number in range(1, 201)),
    *(
        f"{article}{word}"
        for word in ("gun", "guns", "pistol", "rifle", "knife", "sword")
        for article in ("toy ", "wooden ", "plastic ")
    ),
    *(
        f"{clothes} {business}"
        for clothes in ("lingerie", "underwear", "condom", "bra")
        for business in (
            *("shop", "store", "boutique", "brand", "retailer", "department", "fitting", "fitter"),
            *("line", "label", "designer", "saleswoman", "assistant"),
        )
    ),
    *_phrases(
        """
        water gun, nerf gun, glue gun, heat gun, bubble gun, squirt gun, cap gun, massage gun,
        gun dog, butter knife, palette knife, cake knife, knife and fork, fork and knife,
        cheese knife, alcohol free, non alcoholic, root beer, ginger beer, ginger ale,
        alcohol wipes, hung up, stripping paint, stripping wallpaper, stripping old,
        stripping the paint, paint stripping, stripper of, erection of a, erection of the,
        pirate booty, booty chest
        """
    ),
)

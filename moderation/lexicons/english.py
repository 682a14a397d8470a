"""Prohibited content, English."""

from moderation.lexicons import english_phrases
from moderation.lexicons import english_wider as wider
from moderation.text.matching import Term


def _words(listed: str) -> tuple[str, ...]:
    return tuple(" ".join(each.split()) for each in listed.split(","))


def _terms(category: str, blocks: bool, listed: str) -> list[Term]:
    return [Term(each, category, blocks) for each in _words(listed)]


TERMS: tuple[Term, ...] = (
    *_terms(
        "sexual",
        True,
        """
        porn, porno, pornos, pornographic, pornography, porn star, pron, nude, nudes, nudity,
        nudist, naked, nakedness, stark naked, butt naked, bare breasts, bare chested woman,
        bare breasted, topless woman, topless girl, clothes off, taking off her clothes,
        taking off his clothes, nsfw, hentai, rule34, rule 34, ecchi, xrated, x rated, adult film,
        adult video, sex act, sex acts, sex scene, sex toy, sex toys, sex tape, sex doll,
        sex robot, sex bot, having sex, oral sex, anal sex, group sex, sexual act, sexual acts,
        sexual intercourse, sexual position, sexually explicit, anal, blowjob, blowjobs, blow job,
        handjob, hand job, rimjob, cumshot, cumming, orgasm, orgasms, orgy, gangbang, bukkake,
        creampie, deepthroat, threesome, masturbate, masturbates, masturbating, masturbation,
        jerking off, penis, penises, erect penis, vagina, vaginas, vulva, clitoris, genitals,
        genitalia, dildo, dildos, bdsm, milf, upskirt, downblouse, camel toe, spread legs,
        legs spread, cameltoe, incest, bestiality, zoophilia, rape, raped, raping, rapes, rapist,
        rapists, gang rape, molest, molested, molesting, molestation, sexual assault,
        nonconsensual, erotic, erotica, striptease, seqing, luoti
        """,
    ),
    *_terms(
        "sexual",
        False,
        """
        no clothes, without clothes, no clothing, without clothing, wearing nothing, unclothed,
        undressed, undressing, sex, sexy, sexier, sexiest, sexual, sexualized, sexualised,
        topless, cum, boob, boobs, booby, boobies, tits, titties, nipple, nipples, breasts,
        big breasts, busty, cleavage, lingerie, thong, panties, underboob, see through dress,
        fetish, bondage, kinky, horny, aroused, seductive, provocative pose, stripper, strippers,
        hooker, prostitute, prostitutes, prostitution, onlyfans, playmate, xxx, pussy, dick pic,
        hot babe, vibrator, condom
        """,
    ),
    *_terms(
        "minors",
        True,
        """
        child porn, child pornography, childporn, kiddie porn, kiddy porn, csam, lolicon,
        shotacon, jailbait, pedo, pedos, pedophile, pedophiles, pedophilia, paedophile,
        paedophiles, paedophilia, underage sex, barely legal, child abuse, child bride,
        child molester, child sex, preteen model
        """,
    ),
    *_terms(
        "violence",
        True,
        """
        behead, beheaded, beheading, beheadings, decapitate, decapitated, decapitating,
        decapitation, dismember, dismembered, dismembering, dismemberment, disembowel,
        disemboweled, disembowelled, eviscerated, evisceration, gore, gory, snuff film,
        school shooting, school shooter, mass shooting, mass shooter, torture porn, flayed,
        severed head, severed limb, severed limbs, severed arm, severed hand, mutilated,
        mutilation, mutilating, impaled, lynching, lynched, execution by, crush video,
        animal cruelty
        """,
    ),
    *_terms(
        "violence",
        False,
        """
        bloody, bloodied, blood splatter, blood spatter, blood soaked, covered in blood,
        dripping blood, dripping with blood, pool of blood, bleeding, corpse, corpses, dead body,
        dead bodies, murder, murders, murdered, murderer, murdering, serial killer, massacre,
        slaughter, slaughtered, stabbing, stabbed, strangle, strangled, strangling, torture,
        tortured, torturing, kill people, killing people, killing someone, shooting someone,
        shooting people, gunshot wound, assault rifle, machine gun, submachine gun, ak47, ak 47,
        ar15, ar 15, uzi, handgun, handguns, shotgun, sniper rifle, holding a gun, with a gun,
        holding a rifle, pointing a gun, guns, pistol, pistols, revolver, grenade, grenades,
        suicide vest, bomb vest, car bomb, pipe bomb, molotov
        """,
    ),
    *_terms(
        "self_harm",
        True,
        """
        kill myself, kill yourself, kill himself, kill herself, killing himself, killing herself,
        hang myself, hanging himself, hanging herself, slit wrists, slitting wrists,
        slit my wrists, cut my wrists, cutting her wrists, cutting his wrists, suicide pact,
        commit suicide, committing suicide, proana, pro ana, thinspo, thinspiration, kys
        """,
    ),
    *_terms(
        "self_harm",
        False,
        """
        suicide, suicidal, self harm, self harming, selfharm, self injury, overdose, overdosing,
        noose, wrist cutting, anorexic, starving myself
        """,
    ),
    *_terms(
        "hate",
        True,
        """
        nigger, niggers, nigga, niggas, faggot, faggots, kike, kikes, chinks, chinky, gook, gooks,
        wetback, wetbacks, beaner, beaners, raghead, ragheads, towelhead, towelheads, sandnigger,
        jigaboo, porch monkey, darkie, darkies, golliwog, gollywog, shemale, subhuman race,
        white power, white supremacy, white supremacist, white supremacists, aryan race,
        master race, ku klux klan, heil hitler, sieg heil, gas the jews, nazi, nazis, neonazi,
        neo nazi, third reich, ss uniform, waffen ss, hitler, ethnic cleansing, racial purity,
        race war
        """,
    ),
    *_terms(
        "hate",
        False,
        """
        swastika, swastikas, kkk, blackface, yellowface, slanty eyes, slant eyes, chink, spic,
        spics, paki, pakis, tranny, trannies, dyke, dykes, fag, fags, retard, retarded, retards,
        mongoloid, genocide, holocaust, confederate flag, racist, racism, islamophobic,
        antisemitic, homophobic, redskins
        """,
    ),
    *_terms(
        "extremism",
        True,
        "islamic state flag, isis flag, isis fighter, al qaeda, alqaeda, boko haram",
    ),
    *_terms(
        "extremism",
        False,
        """
        terrorist, terrorists, terrorism, jihadist, jihadi, taliban, hamas, hezbollah,
        islamic state, suicide bomber, hijacker
        """,
    ),
    *_terms(
        "drugs",
        False,
        """
        cocaine, heroin, crystal meth, methamphetamine, meth lab, crack pipe, fentanyl, mdma, lsd,
        marijuana, cannabis, smoking weed, smoking a joint, smoking a blunt, bong, snorting,
        shooting up heroin, drug dealer, drug dealing, opium
        """,
    ),
    *_terms(
        "profanity",
        False,
        """
        fuck, fucks, fucked, fucker, fuckers, fucking, motherfucker, motherfuckers, motherfucking,
        fck, fuk, fcking, f word, shit, shits, shitty, bullshit, cunt, cunts, twat, wanker, bitch,
        bitches, asshole, assholes, arsehole, dickhead, ass, asses, whore, whores, slut, sluts,
        slutty, bastard, middle finger
        """,
    ),
    *(
        Term(each, category, blocks=blocks)
        for blocks, lists in (
            (True, wider.BLOCKED),
            (False, wider.FLAGGED),
            (False, english_phrases.FLAGGED),
        )
        for category, text in lists.items()
        for each in wider.listed(text)
    ),
    *(Term(each, "profanity", blocks=False) for each in wider.listed(wider.MISSPELLED)),
    *(
        Term(each, "profanity", blocks=False, only_disguised=True)
        for each in wider.listed(wider.ONLY_DISGUISED)
    ),
)

#: Where a listed word is innocent.
HARMLESS: tuple[str, ...] = (
    *_words(
        """
            naked eye, naked mole rat, naked cake, nude color, nude colour, nude colors,
            nude colours, nude tone, nude tones, nude shade, nude shades, nude palette, nude pink,
            nude beige, nude lipstick, nude lips, nude makeup, nude nails, nude heels, nude shoes,
            anal retentive, sex male, sex female, male sex, female sex, same sex, opposite sex,
            either sex, both sexes, biological sex, sex education, sex and gender, age and sex,
            sexual health, sexual orientation, cum laude, blue footed booby, booby bird,
            booby trap, great tits, blue tits, wire stripper, paint stripper, pussy cat,
            pussy willow, chicken breasts, oilseed rape, rape seed, rape blossom, rape flower,
            rape field, rape oil, gore tex, al gore, gore vidal, murder mystery, murder of crows,
            bloody mary, bleeding heart, bleeding hearts, stop bleeding, stop the bleeding,
            water pistol, water pistols, water guns, toy guns, glue guns, nail guns, heat guns,
            massage guns, price guns, top guns, guns and roses, guns n roses, white power button,
            white power bank, white power supply, white power cable, white power cord,
            white power plug, white power switch, white power adapter, white power tool,
            white power led, white power symbol, chink in the armor, chink in the armour,
            spic and span, van dyke, suicide prevention, suicide hotline, suicide helpline,
            suicide awareness, suicide squad, prevent suicide, preventing suicide,
            self harm prevention, self harm awareness, child abuse prevention,
            prevent child abuse, stop child abuse, against child abuse, anti racism,
            against racism, anti racist, holocaust memorial, holocaust museum,
            holocaust remembrance, anti terrorism, counter terrorism, pen is, an us, be head,
            be headed, be heading, hero in, black face, yellow face, stop animal cruelty,
            against animal cruelty, prevent animal cruelty, no animal cruelty, horny toad,
            horny toads, horny lizard, paper guillotine, guillotine cutter, guillotine paper cutter
            """
    ),
    *wider.listed(wider.HARMLESS),
    *english_phrases.HARMLESS,
)

#: Beginnings that only words of the same sense have: a word with one is looked at by a person.
STEMS: dict[str, Term] = {
    stem: Term(stem, category, blocks=False)
    for stem, category in (
        ("porn", "sexual"),
        ("hentai", "sexual"),
        ("naked", "sexual"),
        ("masturbat", "sexual"),
        ("blowjob", "sexual"),
        ("childporn", "minors"),
        ("pedophil", "minors"),
        ("paedophil", "minors"),
        ("decapitat", "violence"),
        ("dismember", "violence"),
        ("nigger", "hate"),
        ("faggot", "hate"),
        ("whitepower", "hate"),
        ("fuck", "profanity"),
        ("motherfuck", "profanity"),
    )
}

#: Who must not be shown in a sexual way; innocent alone.
MINORS: tuple[str, ...] = _words(
    """
        child, children, childlike, kid, kids, minor, minors, toddler, toddlers, infant, infants,
        newborn, preteen, preteens, teen, teens, teenage, teenager, teenagers, underage,
        schoolgirl, schoolgirls, school girl, schoolboy, schoolboys, school boy, little girl,
        little girls, little boy, little boys, young girl, young girls, young boy, young boys,
        loli, lolis, lolita, shota, kindergartner, elementary school, middle school, junior high
        """
)

#: Named in a negative requirement, these ask for nakedness.
CLOTHING: tuple[str, ...] = _words(
    """
        clothes, clothing, clothed, clothe, dressed, underwear, wearing anything, censored,
        censorship, mosaic censor
        """
)

#: Right before a term, these turn it into what is not wanted. A regular expression.
NEGATION = (
    r"\b(?:no|not|non|without|never|avoid(?:ing)?|exclud(?:e|ing)|anti|against|free (?:of|from)"
    r"|(?:do not|don['’]t|must not|should not|not to)"
    r" (?:show|include|contain|be|have|add|draw|use|depict|feature|make))"
    r"[ -]+(?:(?:any|a|an|the|to|be|use|using|show|showing|include|including|depict|depicting"
    r"|visible|of|kind|sort) )*"
)

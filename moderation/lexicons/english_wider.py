"""Prohibited content, English: what the core list leaves to a person's eye, and its disguises.

``BLOCKED`` and ``FLAGGED`` extend :mod:`moderation.lexicons.english` by category.
"""

from __future__ import annotations


def listed(text: str) -> tuple[str, ...]:
    """The comma-separated entries of ``text``."""
    return tuple(" ".join(each.split()) for each in text.split(",") if each.strip())


def _split(text: str) -> list[str]:
    return text.split()


BLOCKED: dict[str, str] = {
    "sexual": """
        futanari, ahegao, pubic hair, having intercourse, full frontal, scrotum, ejaculating,
        ejaculation, camgirl, cam girl, jizz, cunnilingus, fellatio, rimming, pegging,
        glory hole, buttplug, butt plug, fleshlight, masterbate, masterbating, suck my dick,
        suck my cock, sucking dick, sucking cock, big dick, huge cock, big cock, hard cock,
        dick pics, nude photo, naked body, stripped naked, sexual slave, sex slave, gang bang
    """,
    "minors": """
        nude child, nude children, nude kid, naked child, naked children, naked kid, naked kids,
        naked boy, underage nude, underage girl, underage girls, teen porn, child nudity, shota,
        loli, lolis, child slave, child prostitute, child trafficking, grooming children
    """,
    "violence": """
        gutted corpse, brains blown out, eyes gouged, gouged eyes, bloodbath, blood bath,
        human flesh, cannibal, cannibalism, necrophilia, skinned alive, burned alive,
        burnt alive, buried alive, beaten to death, stoned to death, choked to death,
        head on a spike, heads on spikes, death squad
    """,
    "self_harm": """
        hang himself, hang herself, hangs himself, hangs herself, shoot myself, shoot himself,
        shoot herself, shoot themselves, end my life, end his life, end her life,
        slashing wrists, slashed wrists, slit wrist, cutting wrists, cut wrists, wrist slashing
    """,
    "hate": """
        kill all jews, kill the jews, kill all muslims, kill all blacks, kill all gays,
        death to jews, death to muslims, death to gays, white pride, hakenkreuz, nsdap, gestapo,
        ss officer, ss runes, fourth reich, holocaust denial, holocaust denier, untermensch,
        dothead, camel jockey, sand nigger, heeb, slant eye, ching chong, chinaman, fudgepacker,
        troon, she male, towel head
    """,
    "extremism": """
        isis flag, isis fighter, isil, daesh, al qaida, al shabaab, nazi flag, nazi salute,
        hitler salute, swastika flag, sonnenrad, totenkopf, wolfsangel, schutzstaffel, wehrmacht,
        blood and soil, blut und boden, 1488, 14 88, fourteen words, 14 words, rahowa,
        atomwaffen, combat 18, aryan brotherhood, aryan nations, klansman, klansmen, mein kampf,
        goebbels, himmler, eichmann, heydrich
    """,
}

FLAGGED: dict[str, str] = {
    "sexual": """
        lewd, erection, penile, thirst trap, without a bra, no bra, braless, half naked,
        semi nude, scantily clad, skimpy, g string, crotch, genital, dominatrix, sensual, sultry,
        voluptuous, booty, bare ass, bare butt, bare bottom, buttocks, nipslip, nip slip,
        wet t shirt, brothel, escort service, escort girl, call girl, call girls, erotic massage,
        sugar baby, sugar daddy, pin up girl, playboy, peep show, lap dance, pole dancer,
        pole dancing, sexbot, aphrodisiac, viagra, condoms, bare chest, bare chested, undress,
        stripping, nudist, naturist, succubus, thick thighs, moaning, making love, make love,
        one night stand, tits out, bosom, gagged, yiff, bedroom eyes, phallic, phallus, hotties,
        voyeur, peeping tom, swingers party, big boobs, sexting, nudity
    """,
    "minors": """
        underage, child soldier, child soldiers, child labour, child labor, abused child,
        child marriage, preteen, pre teen, kidnapped child, sexy teen, nymphet,
        child beauty queen
    """,
    "violence": """
        waterboarding, domestic violence, wife beater, wife beating, throat slit, slit throat,
        entrails, intestines, gouging, gouged, carnage, bloodshed, bloodthirsty, psycho killer,
        murderous, homicide, homicidal, assassinate, assassination, hitman, massacred,
        execution, executioner, electric chair, guillotine, hanged man, gallows, lynch mob,
        hostage, hostages, mutilate, maimed, skinned, mass grave, gas chamber, death camp,
        concentration camp, war crime, war crimes, dead people, dead child, dead baby, kill all,
        kill them all, kill everyone, gunman, gunfight, shootout, crime scene, bullet wound,
        bullet wounds, stab wound, stab wounds, acid attack, terror attack, terrorist attack,
        bombing, bomber, rotting flesh, animal abuse, animal torture, dog fighting,
        cock fighting, human sacrifice, strangler, axe murderer, body parts, severed, rampage,
        flesh eating, bloodstained, suffocating, suffocated, crushed to death, torture chamber,
        poisoned
    """,
    "self_harm": """
        kms, overdosed, cutting myself, cutting herself, cutting himself, cutting itself,
        hurt myself, hurting myself, harm myself, self mutilation, want to die, wants to die,
        seppuku, harakiri, hara kiri, bulimic, bulimia, thigh gap, anorexia, unalive,
        take my own life, taking his own life, taking her own life, drinking bleach,
        hanging from a rope, hanging by the neck
    """,
    "hate": """
        white supremacism, minstrel, spastic, spaz, cripple, cripples, midget, midgets,
        inferior race, inferior races, subhuman, subhumans, racial slur, ethnic joke,
        racist joke, sexist joke, segregation, apartheid, slave auction, hate speech, misogynist,
        incel, incels, feminazi, islamophobia, homophobia, transphobic, xenophobic,
        great replacement, dirty jew, dirty jews, filthy jews, uncle tom, eugenics,
        jewish conspiracy, jap, japs, negro, negroes, half breed, coons, eternal jew, lesbo,
        death to all, gas the
    """,
    "extremism": """
        isis, fascist, fascism, fascists, skinhead, skinheads, bin laden, osama, unabomber,
        breivik, charles manson, doomsday cult, death cult, cult leader, extremist, extremists,
        insurgent, insurgents, warlord, mujahideen, caliphate, islamist, jihad, pkk, dirty bomb,
        rising sun flag, mussolini, pol pot, khmer rouge, pinochet, stormfront, iron cross,
        odal rune, ss bolts, proud boys, qanon, boogaloo boys, hitler youth
    """,
    "drugs": """
        ecstasy pill, ecstasy pills, crackhead, crackheads, crack cocaine, crack rock, meth,
        meth head, junkie, junkies, stoner, stoners, stoned, pothead, potheads, weed leaf,
        weed plant, pot leaf, pot smoker, smoking pot, smokes pot, hash pipe, hashish,
        rolling a joint, rolling joints, roll a joint, spliff, doobie, ganja, huge blunt,
        big blunt, blaze it, 420 friendly, 420 bot, magic mushroom, magic mushrooms, shrooms,
        psilocybin, peyote, ayahuasca, mescaline, acid trip, acid tabs, tripping on acid,
        dropping acid, ketamine, ghb, roofies, rohypnol, speedball, angel dust, pcp, amphetamine,
        amphetamines, quaaludes, oxycontin, opioid, opioids, opiate, opiates, narcotic,
        narcotics, drug addict, drug addicts, drug abuse, drug lord, drug cartel, drug mule,
        drug user, doing drugs, on drugs, taking drugs, high on drugs, shooting up, coke lines,
        line of coke, lines of coke, snort coke, coke addict, cokehead, needle in arm, dopehead,
        huffing glue, sniffing glue, cartel boss, narcos, edibles weed, weed smoker, smoke weed,
        smokes weed
    """,
    "profanity": """
        bollocks, douchebag, douche bag, douche, prick, dickheads, dick head, dickface, shithead,
        shitheads, shite, shitface, shitbag, horseshit, dipshit, batshit, dumbass, dumb ass,
        jackass, smartass, fatass, ass hole, arse, arses, arseholes, bugger off, sod off, pissed,
        pissing, piss off, son of a bitch, sonofabitch, bitchy, bitching, biatch, bastards,
        bellend, knobhead, tosser, tossers, skank, skanks, wankers, wanking, goddamn, god damn,
        damn you, fucked up, fuckin, fuckhead, fuckface, fuckwit, clusterfuck, mofo, stfu, gtfo,
        wtf, ffs, cocksucker, cocksuckers, dickweed, dickwad, eat shit, crappy,
        flipping the bird, flip the bird, flips the bird, giving the finger, give the finger,
        gives the finger, middle fingers, scumbag, fucktard, asswipe, asshat, turd, turds,
        jerk off, jackoff
    """,
}

HARMLESS = """
    nude colored, nude coloured, naked juice, torture test, torture tests, thong sandals,
    thong sandal, faggoting embroidery, faggoting stitch, sea dyke, dyke along, a naked flame,
    slaughter in a game, order execution, execution plan, execution speed, trade execution,
    code execution, gut feeling, photo bombing, photobombing, bomber jacket, bomber jackets,
    guillotine cutter, paper guillotine, poisoned apple, party poppers, bosom friend,
    bosom friends, river isis, isis river, goddess isis, isis goddess, jackass penguin,
    slag heap, midget submarine, poison free, cult classic, hostage negotiator, pin prick,
    homicide detective, photo shoot, photo shoots, shoot a photo, shoot photos,
    shooting photos, shooting a photo, shooting star, shooting stars, shooting hoops,
    penalty shoot out, strangler fig, hot air balloon, bath bomb, bath bombs, photo bomb,
    cherry bomb, seed bomb, isis river boat, iron cross gymnastics, rio negro
"""
#: What a word of the lists is often glued to: ``shitbot``, ``nakedgirl``.
GLUED = frozenset(
    _split(
        """
        girl girls boy boys man men woman women lady ladies bot bots robot robots avatar avatars
        star stars face faces head heads flag flags pic pics picture photo photos art toy toys
        doll dolls slave slaves guy guys kid kids baby babe babes chick chicks body scene addict
        addicts dealer lover lovers youth salute style anime manga cartoon emoji mascot icon logo
        show club party time world land king queen lord master fan fans big small little hot sexy
        super mega ultra hard wet dirty dumb holy jews gays muslims blacks yourself myself bag
        hole stain lips hub tube cam chat gif jpg png teen shot shots fest lol pill pills smoker
        user eater pose model models nurse teacher schoolgirl elf princess officer soldier
        uniform symbol sign sticker assistant helper image images video
        """
    )
)

#: Innocent as they stand, and not where somebody took the trouble to disguise them.
ONLY_DISGUISED = """
    dick, dicks, cock, cocks, clit, clits, kill, killing, hoe, homo, fap, semen, anus,
    coke lines, weed, joint, murder, drugs, kill all
"""

#: Spellings that sound like the word, or that its writer often misses.
MISSPELLED = """
    nekkid, nakid, nakked, neked, nudez, noodz, pr0n, prawn star, fuk, fuq, fuc, phuck, phuk,
    fack, fcuk, fvck, fuking, fukin, fking, effing, shyt, shiet, sheit, biotch, biatch, beatch,
    beotch, bich, asshle, ashole, azz, cunnt, kunt, coochie, poosy, pusy, pussi, boobz,
    boobiez, tittie, titz, tiddies, sexi, seks, secks, dik pic, kok, kawk, penus, peniss,
    vajayjay, vagena, orgazm, natzi, nahzi, hitlar, hittler, hilter, swaztika, swatsika,
    swastica, kokaine, cocain, cokain, heroinn, herion, heroine needle, marihuana, mariuana,
    methhead, suacide, sucide, suiside, prostitude, prostatute, masterbation, rapeing,
    rapping women, niga, niggur, nigar, nigguh, faggit, phaggot, retart, murdur, terorist,
    terrrorist, pedofile, paedofile, p3do, torchur
"""

# ruff: noqa: SIM905 -- two thousand quoted words would be read by nobody
"""English words so near to known ones that they would be taken for heavy misspellings of them.

A slip is mended all the same: "sliver hair" is silver.

Those that ``scripts/near_words.py`` finds in Webster's Second (public domain) and in the word list
of Letterpress (MIT), without some that are misspellings after all, or other forms of what they are
read as ("earphone").
"""

ENGLISH = frozenset(
    """
    academia academics accensor accessorial accessorii accessorily accessoriness accessorise
    accessorised accessorises accessorius accessorize accessorized accessorizes accomptant
    accountancy accountants accounting accountment actless actressy adiation adipescent
    admonished adolesce adolescence adolescency adolescently adolescents adorning adultescent
    advise advised advisee advisers advises advisors advisory aeronaut agazed agitation airlike
    airliner airlines alburn aligns alines amarelle amated amation amaze amazes ambeer amidation
    amination amour amours aneroid aneroids animalian animatic animatics animating animations
    animatism animatist animative animato animator annoyer ansation antennae antennal antennas
    appendant apricots aquabelle aquamanile aquamarines aquarelles arbors arbour arbours ardors
    ardour ardours arline armers armory armoury arrent ascendant assessory asteep astonied
    astonish astonishedly astonisher astonishes astronautic astronauts athleta athletes
    attendance attendancy attendantly attendants attending attendment attentat attenuant
    attenuants attestant auburns aunties aviation avigation axiation backdrops backdropt backer
    backgrounders backtender baddie badged badger badgers baldier baldies balista balker bander
    bandie bandless baned banger banked bankera bankers banket banner banter barbe barbed barbel
    barbers barbes barbet barbless barded bardess bardie barer bargander barger barges baristas
    barker barkless barless barrener barrer bartend bartended bartenders bartends barter
    barterer baseballs basker batcher batler battener bawler bawlers bawtie bawties beachless
    beaded beading beadles beads beakless bealing beamings beamless beaning bearder beardies
    beardiest beardy beared beares bearess bearing beating beatless bedless bedsides behinds
    benaming bender bennies berber berming bernie berryless birdless birthdays blacky blad
    blader bladers blads blaer blamer blamers blaming blander blanker blater blaver blazar
    blazars blaze blazed blazes bleeder blende blended blenders blendes blendor blinder blissom
    blocks blondes blonds blossomy blunder boarded boardy boars boarts boatie boaties bodges
    boiler boilers boller bonze boords boother bootie booties bords botcher bother botties bouns
    bourds bower bowers bowie bowker bowlder bowlders bowled bowleg bowlegs bowless bowser
    bowsers bowsie bowsies bowyer bowyers boxties boyards bradded brads braid braider brailed
    brails brained brains brairded brairds braised braises branded brandless brands branned
    brazer brazers breadless breaming breards breids brender brided brither bronzed bronzen
    bronzer bronzes bronzy brothel brothers brothier brouze brunettes budges bugler builded
    builders buller bulter buncher bunker burler bushiness businesses businesspersons businessy
    bustiness bustler busyness butchers butchery butches butle butled butlers butlery butles
    butter cahier cains capper captains captan cardoon careener carpent carpentered carpenteria
    carpenters carpentry carpeted carpintero carton cartooning cartoonishly cartoonist
    cartoonists cartoons cartoony cashiers caskier chaine chaines chairs chais chalklike charact
    characteries characterise characterism characterist charcoals charcoaly charismas charter
    charters checky cheek cheekful cheeks cheer cheerly cheero cherry chestnuts childlier
    chinalike chinee chines chins chinse chitter chitters chocolates chocolatey chocolatier
    chocolaty cholate chopper chrisma chrismal chrismals chrisms chrisoms christenmas christens
    christiad christian christians christies christmasy christoms christos cires clashings
    cleeky clitter clitters cloams cloches clockings clocks cloggings cloked cloned clonings
    clonks close closen closer closes closet closings clotes clothe clothed clothiers cloths
    clotting clottings cloudings clour cloured clours clownings clowns cloyed clying cobalts
    cofeatures coffea coffed coffees coffer coffle cohering cologs colons colorate coloreds
    colorer colory coloss coloureds colourer comboy compand comparate comper completion
    completions complexation complexify complexing complexional complexioned complexions
    complexity complexone compony concierges consentant constant constriction constrictions
    constructing constructional constructions constructive constructor consulta consultancy
    consultants consultary consultas consulting contraction converge convulsant cooper cooperate
    coper copering copier copped coppers coppery coppet copter coronate corotate corpora
    corporal corporale corporales corporals corporas corporases corporately corporates
    corporatise corporative corporatize corporator corporature corral cosed couper courie
    couried couriers couries courser courter courtier coverings coveting cowboys cowering coying
    craturs creates creatines creatives creators creatress creatural creaturely creeky crenature
    crenatures crimsons crimsony crise crittur critturs croaks croconate croons cropper crowds
    crows crutter cryings cubatures cupper curlies curses curvatures cushier cyberpunks daises
    dantist daughters dawing deadlock deadlocks deadman deadpans deadpay deads deceptive
    decoctive deductive defective defectives deflective deign dejectile deletive dentists
    depictive deriver desses detectible detecting detection detectives detentive detersive
    detractive dinosauria dinosauric directive disalike disclike dishlike disklike dislikens
    dislikers diver doctors doddle doodled doodler doodles doole dorp doudle drago dragoon
    dragoons draping draughter drawings drawling draying dread dreadlocked dreams drears dresser
    dressers drier drive drivel driven drivers drives droils droits dropsy drosses drossy drover
    drows drowse druids dryads ductor dued duresses eagled eagless eaglet eaglets eagres eales
    earding earning earnings earringed earstones easles ecphoneses electrical electricians
    electricity electricize emeralds emotion emotions emptions engineers enginer erring errings
    excided excised excite exciter excites excludee exited expressionlessly eyelashes eyewears
    facia faciae facials facias factors faither falcial fames farcer farcial farer farmed
    farmers farmery farter farther fascial fasher fastballer fathers fatter faucial feather
    fecial females femals feminines feminise feminize feower fere ferest fiar fiendly fiercen
    fiercer fiere fight firefight firefighters firefights firelighter firelighters firemen
    firepan firman firmer flames flawing flights flighty flopwing floriest florists flowed
    football footballene footballers footballs foreman fores foreset forests foresty formals
    format formel formol formyl fother fotmal fouest framea framed framer framers freighter
    fright frons frower frowner frowny frows fuchsian fuchsias fuchsin gamps ganger gardened
    gardeners gasses gentlemanly gentlewoman gentlewomen gentman ghasts ghosty gigger gilden
    ginge gingers gingery ginges ginner ginning girn girns glassed glassen glasser glassies
    glassines glassless gloom glooms gloopy glossemes glosses glosts glumpy goalee goateed
    godden goldens golder gradate gradation gradations gradienter gradienters gradientia
    gradines gradings gradins graduated graduates graduating graduations graduator grainy graips
    gramas grames gramp grampa grampas grampus grams grandads grandam granddads granddam
    grandfathered grandfatherly grandfathers grandmas grandmotherly grandmothers grandpas
    granulation graphiter graphites grasps grassation grasses gratulation grenning grinding
    grinnings grinny griphite groomy grumly grump grumph grumphy gulden gylden hacked hackee
    hackers hackery hackler haet haets hagging hailed hained hairdos hairdressers haire hairen
    hairinesses hairlessness hairstone hairstyles halses haltless handing handlebars handler
    handphone handphones handwear hangings hanker hanking hanses hanting hapless hared harnesses
    harts hasses hastes hateless hatred hatreds hatress hauses havenet hawker hawses headers
    headscarves headstone headstones headward headwards headwark headways heards heares hears
    hearst hearth hearths hearty heasts heatless heats heaving heired heiresses heirless hejabs
    helmed helmer helmers hidling hied hilding hinging hired hitless hocker hodded honging
    hoodia hoodias hoodier hoodiest hoofed hooked hookies hoolie hoolies hooned hooped hooted
    hooved horded hostels hostless howdie howdies humane humas husbands hyperidealistic
    hyperrealist hyperrealists illustrating illustrational illustrations illustrative
    illustrator illutation indign indigos inigo iodometric isocitric isomeric isometrical
    isometrics isometries isometry isosteric jacked jacker jackets jackety japanee japanesy
    japanise javanese journalese journaling journalise journalised journaliser journalises
    journalish journalism journalisms journalistic journalists journalize journals keight kight
    kittel kittels kitteny kitter knights knitter knotted lacing laddies lades ladles laighs
    laking laldies landsale landscaped landscaper landscapers landscapes lauching lauchs laughee
    laugher laughings laughy lavenders laving lawer lawner lawter lawyers lawyery layer lazies
    lengths lengthy liberian libertarian librarians libraries librarius libration lifeline
    limelike linelike liparian literarian littler littles littlie living loaving lobing loming
    looing loping loring losing loughs louing lovings lowing loxing machined machiner maculing
    maddle magentas magicians mahican majoon maks marceline marion maron maroons marron marsoon
    mascon mascots masculate masculinely masculines masculinise masculinize masculist mastiches
    maximalist mechanics meddle medial medicals medism mediums medius mescaline mether metical
    microphage microphones microphonic microphot microphyte micropore microprobe microtone
    microzone middie middled middler middles mineralist mineshaft minima minimalism minimalisms
    minimalists minimals minimax minimist minster minsters misteaches mither mobster mobsters
    moister moither monaster monkcraft monocled monsteras mortal mortars mortary mosher moter
    mothed mothers mothery mothier motier motser moustached moustachio moustachios mouther
    muddle muffle muffled muffles munster munsters muscot musculin musiciana musicians mustached
    mustachio mustachios mustards mustardy mutches naan neckercher neckerchieves necklaced
    necklines nether neural neutrals nither officers offices offie orang oranger oranges orangey
    orangs orangy outfits outhit outlie outlied outliner outlines outlive outlived outsit outwit
    paining painted painters paintier paintings paleate palettes pallette palmette panadas
    pandal pandan pandar pandars pands pangas pantas panter panting pantographer pantographic
    parate parches parroty parson parsons patched patcher patchers peaced peaker pealed peaned
    peased peason peazed pecked pedant pedants peeked pencel pencils pendent pendents penicil
    pennant pennants pensil pension pensionary pensione pensioned pensioneer pensioners
    pensiones pensions peoplers pereon pereons perked perron perrons personas pessoner pharmacic
    pharmacies pharmacists pharmacite philographic phonographer phonographers phonographic
    photocell photoglyphic photograph photographed photographee photographers photographess
    photographical photographies photographing photographist photographize photographs
    photography photorealist photorealists phototrophic phytographer phytographers phytographic
    picrate pictographic pigtailed pilate pileated pileolated pimelate pinguin pinguins pintail
    pintails pirated pirates piraty pitches pixilated placeman placemen placewoman placits
    plaids plains plaints plait planful plants plats plumbed plumbers plumbery plumbet plumer
    plumier plummer plumper poinded pointe pointel pointer pointes pointing poleman policed
    policer polices policy polisman polite pontils ponytailed portlasts portman portraited
    portraitist portrayist portrays postmen potches potman pourtraicts poynted prance prate
    prayful pressor princed princeps princes princesse prine printed printer printing processer
    processor processors profess professed professes profession professors professory programed
    programer programers programma programme programmed programmers programmes progressor
    promissor protestor protracts puls pumple puppis purfle purpie purpled purpler purples
    purply rabbet rabbets rabbi rabbies rabbin rabbins rabbis rabbito rabbitos rabbity racket
    rackets rander readding reader readings readying reaking realist realists reaming reaping
    rearing reaving recensionist receptionism receptionists receptions recheated recreationist
    redbaited redder redding redemptionist redhanded redheadedly redheads redhearted reding
    redreamed reeder reeding rehead reheated rehired rejectionist relace relacing remeaded
    rended renders rending renker renter repace repaired replating repleaded retentionist
    rethreaded retreaded ricket rickets rinses roading rochet rochets rocked rocker rockers
    rockety rocklet rockling roes roking roots royalistic rubbit rugheaded sades safely sageship
    sailed sailer sailing sailors salamon salesian salesmen salespersons salmo salmons salmony
    salomon salon saloon salver samlor sandglasses sanger sannies sapping saumon saved sawmon
    scaffs scalesman scares scarfy scarlets scarlety scarp scarps scarry scars scarts scarus
    scatbacks scatch scenist schoolbag schoolbook schoolboys schoolday schooldom schoole
    schoolery schoolgirls schoolgirly schools schoon schorl sciential scientise scientised
    scientises scientism scientisms scientistic scientists scientize scowing scowping scowps
    scows scrath scrowling scrowls scurfs seatbacks seater seaters secreta secretage secretaire
    secreter secretly secretor secretors secretory sectary seeping seepy seiled seiling senhor
    senor sensor serinus serous shacked shader shaders shads shaked shaken shakes shaled shales
    shamed shames shapen shapes shared shares shareship sharry shauls shawed shawms shaws
    sheaved sheepkeeper sheepy shingle shinned shipkeeper shirts shocker shool shopkeepers
    shopkeepery shoved showding showring shrowing shucked sicking sieger siever sifter sigger
    signer sikes siled siler siles siling silker siller silvern silvers silvery silvex silyl
    similes simling sinder sindle singe singed singers singes singey singled singler singles
    singlet singly sinker sinned sinner sinter sisted sistern sisters sitter skarts skenned
    sketchy skilts skinked skinner skirls skirrs skirty skitch skits skorts slades slapjacks
    slaved sleeking sleeky sleep sleepings sleepry sleeps sleeting sleety sleeving sleezy
    slicking slily slinger sliver smilers smilets smilings smily smites smiting smocked smoiled
    smoiles smoiling snakeship snapjack snapsack snarfs snicking snirts soapbarks socials
    societary societist socked soddier soiled soiling solder soldiers soldiery solein solen
    soleyn solider solver someones songle sonnies sororised sorrowfully sorting souldier sowing
    sowling sowls spades sparry spawls species spectacle spectacled spectacleless spectates
    speises spenses speoses sperses spetch spiced spices spides spied spies spikers spiks
    spiling spined spines spired spires spirts spited spites spoked spokes sporing sportling
    spyglasses squame squared squarer squares squark squary squire stacking stades stairy starky
    starlet starr starrs started startle startler startles starty starvy stary statesperson
    stateswoman stateswomen staved steeping steepy stemson stemsons stepson stepsons stetch
    stewarded stewardesses stewards stickings stickling stickying stiled stiles stiling stinger
    stinking stocked stocking straicht straights straught streight students studenty studies
    stupent sturgeon subclasses suberised sudses suist sunglass sunkies sunnier sunniest
    sunniness sunninesses sunrises surgeons surmised surpassed surpliced surplused surprinted
    surprisal surprisedly surpriser surprisers surprises surprizes swarfs swarry swaybacks
    swearer swearers sweated sweatier sweatsuit sweatsuits sweeping sweepy sweeter swelter
    swelters swinger swingle syngasses tael tailer tailors tailory taira tairas taller tanagrine
    tanged tangeite tangerines tangue tanked tanner taras taylor teachers teachery teaches
    teather technica technical technicians technicise technicism technicist technicize technicon
    teenage teenaged teenagers teenages teicher tela telfer tellar tellee tellen tellers
    tengerite teucher thirt tiars tiddler tiller tinned tirred todder toddle toddled toddlers
    toddles togue togues toller tongued tonguer tongues tonguey toquet toquets torques
    tractional tradition traditionally traditionary traditionate traditioner traditions
    transcalent transferent transitional transparence transparency transparently transprint
    treacher tunned tuques turquoises tweenager ultramarines unailing unalike unciform unciforms
    uncoiling unfailing unform unforms unmixing unnailing unoiling unpiling unsappy unscaling
    unsealing unseeling unselling unshaling unshining unsiding unsliding unsling unsmelling
    unsmilingly unsmirking unsmoking unsouling unsuiting untiling untoiling unvailing unveiling
    unwailing urnlike vectors vesicle vesicles victor violent violer violets violety volet waer
    wafter wailer wainer waister waite waited waiters waites waiver walter wanking waring waster
    watercolors watercolours watercooler watter weeding weeing weening weepings weeting wester
    westerns westers wheeping whiter wholly wicking wilter wincer wincing winder winding windses
    winer winger winges winging winier wining winker winkings winkling winner winning winters
    wintery wisard witter wizards wolly woodly wooly worder worked workers wormer worser writer
    yellows yellowy younger youngsters
    """.split()
)

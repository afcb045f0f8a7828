const set = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s*,\s*/));

/** Values of a gender column, folded. Single letters and digits count where a header says so. */
export const GENDERS = set(`
m, f, male, female, man, woman, men, women, other, non-binary, nonbinary, non binary, diverse, x, d, w, h, u, o, nb, mann, frau,
mannlich, weiblich, divers, homme, femme, masculin, feminin, hombre, mujer, masculino, femenino, feminino, maschio, femmina,
uomo, donna, vrouw, kvinna, kvinne, kvinde, mies, nainen, kobieta, mezczyzna, agender, genderfluid, genderqueer, transgender, trans,
unknown, undisclosed, prefer not to say, boy, girl, masc, fem, mr, mrs, ms, 0, 1, 2, 9, mand, k, v, trans man, trans woman, bigender,
polygender, male to female, female to male, trans male, trans female, cis male, cis female, cisgender, two-spirit, intersex
`);

/** Said in full, so that they need no header. */
export const GENDER_WORDS = set(`
male, female, mannlich, weiblich, homme, femme, hombre, mujer, masculino, femenino, feminino, maschio, femmina, non-binary, nonbinary,
masculin, feminin, kvinna, mann, frau, kobieta, mezczyzna, genderfluid, genderqueer, agender, transgender, bigender
`);

export const MARITAL = set(`
single, married, divorced, widowed, separated, never married, never-married, unmarried, widow, widower, civil partnership, domestic partner,
domestic partnership, cohabiting, engaged, ledig, verheiratet, geschieden, verwitwet, celibataire, marie, mariee, divorce, divorcee,
veuf, veuve, pacs, soltero, soltera, casado, casada, divorciado, divorciada, viudo, viuda, celibe, nubile, coniugato, coniugata,
married-civ-spouse, married-spouse-absent, married-af-spouse, separado, gehuwd, ongehuwd, gift, ogift, skild, s, m, d, w
`);

export const RELIGIONS = set(`
christian, christianity, catholic, roman catholic, protestant, orthodox, muslim, islam, islamic, hindu, hinduism, buddhist, buddhism,
jewish, judaism, sikh, sikhism, atheist, agnostic, jain, mormon, lutheran, evangelical, anglican, baptist, methodist, presbyterian, jehovah's witness,
no religion, katholisch, evangelisch, muslimisch, catholique, musulman, catolico, cattolico, ateo, pentecostal, quaker, bahai, shia, sunni,
konfessionslos, rk, ev, shinto, taoist, taoism, zoroastrian, spiritual, atheism
`);

export const ETHNICITIES = set(`
white, black, asian, hispanic, latino, latina, latinx, african american, african-american, caucasian, native american, american indian, alaska native,
pacific islander, native hawaiian, mixed, multiracial, two or more races, hispanic or latino, not hispanic or latino, black or african american,
white british, white irish, white other, black african, black caribbean, south asian, east asian, asian-pac-islander, amer-indian-eskimo, arab,
middle eastern, indigenous, aboriginal, roma, romani, maori, han, non-hispanic, hispanic/latino, asian american, biracial, nonhispanic, non-white, nonwhite, afam, cauc, asian (indian), aian, nhpi,
black british, british asian, chinese, indian, pakistani, bangladeshi, white british, mixed race
`);

/** Said of nothing but a people, so that they need a header less. */
export const ETHNICITY_WORDS = set(`
hispanic/latino, white/caucasian, black/african american, non-hispanic, latino, african american/black, afro-american, caucasian/white,
caucasian, african american, african-american, hispanic, hispanic or latino, not hispanic or latino, black or african american, native american,
american indian, pacific islander, asian-pac-islander, amer-indian-eskimo, white british, black african, black caribbean, latinx, two or more races
`);

/** Words for what is left, in whatever is sorted into kinds. */
export const OTHERS = set(
  'other, others, none, mixed, unknown, various, andere, autre, otro, altro, overig, inny, annan',
);

/** What people write for nothing. Such a value counts as a missing one. */
export const MISSING = set(`
-, --, ?, n/a, na, n.a., n.a, null, nil, none, nan, unknown, undefined, not available, not applicable, missing, tbd, #n/a, (null), k.a., ., unbekannt, inconnu,
desconocido, sconosciuto, onbekend, blank, empty, not provided, redacted, \\n, <na>, <null>, not specified, unspecified, *
`);

/** Words that names of organisations, places and goods have and names of people do not. */
export const NOT_PEOPLE = new Set(
  `inc incorporated llc ltd limited gmbh ag corp corporation company co plc sa srl spa bv nv oy ab as kg sarl group holdings holding partners associates
bank university college school institute hospital church club association foundation society center centre hotel restaurant cafe bar store shop market
street road avenue lane drive boulevard court square park river lake mountain mount island islands city town county state north south east west
northern southern eastern western new the of and for in on at with to by from a an or no international national airport station field municipal regional
team fc united united rovers red blue green white black big small large super ultra pro max mini plus edition series model version movie film song
album book red ship vessel mv ss hms uss department division office service services systems system solutions technologies technology software energy
power electric motors industries industry products foods food medical health care insurance capital financial management consulting partners media
entertainment studios pictures records press publishing airlines air lines railway transport logistics construction engineering design labs laboratory
bay beach bridge castle cape canyon cave cliff coast creek falls forest fort garden gardens glen grove harbor harbour heights hill hills hollow house island
junction key lodge manor meadow mill mills mine mission palace pass peak plains plaza pond port prairie ranch ridge rock sands spring springs summit tower
trail valley view village vista wells woods works zoo shirt chair table car bike keyboard mouse pizza salad shoes hat soap computer phone pants gloves tuna
bacon chips sausages chicken fish cheese ball towels sweater`.split(/\s+/),
);

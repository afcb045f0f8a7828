const set = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Words that carry nothing: left out of a header before it is read. */
export const FILLERS = set(`
of the a an de del della dei di da do dos das du des la le el los las les der die das den dem van het en y e et i und and
my your our their his her for d l à des zum zur am im in s
`);

/** Words that say which of several, or in which form; they change nothing about what a column holds. */
export const NEUTRAL = set(`
home work office primary secondary main alternate alternative alt other new old current previous prev prior billing bill
shipping ship delivery deliver mailing contact emergency personal private legal preferred official registered permanent
temporary temp local full complete raw clean cleaned normalized std standard text txt str string value val field fld col
column info details detail data number id no line mobile landline daytime evening day night extension ext us uk eu intl
international domestic first1 one two three prefix_ official actual original orig source src dest from to tbl var attr
attribute residence residential resident residency street invoice correspondence reply list_ default known unique natural
key pk fk sk nk plain cleartext unmasked unencrypted decrypted real true entered given last first
`);

/** People in a role. With "name", "id" or "number" they make a column personal. */
export const ROLES = set(`
customer client user employee host staff worker patient student person member owner holder cardholder accountholder applicant
candidate guest passenger driver subscriber donor father mother parent spouse child guardian beneficiary kin recipient
payee payer manager supervisor doctor physician nurse provider_ attorney lawyer agent salesperson buyer tenant landlord
prospect victim suspect defendant witness player participant respondent resident citizen voter borrower insured
policyholder taxpayer teacher instructor professor visitor traveller traveler lead relative sibling wife husband son
daughter debtor creditor sender_ caller signatory signer approver assignee reporter requester requestor cardmember
insuree claimant caregiver dependent nominee referrer leader coach_ officer trainee intern volunteer pensioner
`);

/** Words that turn a header to something about the thing instead of the thing itself. */
export const TURNING = set(`
count length len size flag is has sent verified valid validated validation opened open clicked click bounced bounce domain
type kind category model status hash hashed md5 sha1 sha256 sha512 token tokenized tokenised masked redacted encrypted
format template subject body provider carrier service preference preferences pref opt optin optout consent score rate
ratio pct percent percentage total sum avg average mean min max median stddev std_ price cost amount amt fee fees revenue
sales brand color colour confirmed confirmation updated created modified changed change at time timestamp exists missing
quality rank ranking index idx label description desc version group bucket band class range distribution required enabled
disabled allowed regex pattern prefix suffix limit quota per server system software app program policy book_ plan campaign
days hours minutes seconds year_ month week quarter density population households budget expenditure spending rating
reviews review followers following likes views shares balance interest loan usage duration interval delay distance weight
width height depth temperature speed volume area radius elevation altitude accuracy error errors warning level tier
priority source_type language lang locale currency cardinality position_ frequency percentile deviation variance ratio
call calls view url link algorithm match matched risk lookup mapping parameter setting settings config configuration schema table row
`);

/** Things that have names, addresses, phones and numbers of their own. */
export const THINGS = set(`
product item article sku file folder directory path host domain machine device application process process event
movie film title album song track book game team club league stadium venue school university college company firm org
organization organisation vendor supplier manufacturer make car vehicle vessel boat aircraft airport airline
station hotel restaurant store shop branch city state country county region province district place location site building
room project task job dataset database db function method variable package module library repo repository
species animal plant breed variety crop bacteria genus drug medicine gene protein chemical planet star galaxy
constellation river mountain lake island volcano storm hurricane stock ticker fund coin channel playlist genre theme page
menu segment metric kpi sensor node cluster feature role department dept division unit network server warehouse plant
factory port ship_ carrier route trip flight train bus line_ category brand ingredient recipe food dish wine beer
bank_ agency ministry government party court hospital clinic facility landmark monument museum park common scientific
model display_ series season episode competition tournament festival course exam subject skill degree language color
collection asset contract policy plan tariff service equipment tool material part component order invoice shipment parcel
website site app column table attribute parameter layer tag topic class group neighborhood neighbourhood stop
`);

/** What programs call the columns of a table without headers. */
export const PLACEHOLDERS = set('column attribute parameter variable feature field');
